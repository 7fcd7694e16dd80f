package net.re6st.node.os;

import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import net.re6st.cli.Failure;
import net.re6st.config.NetworkParameters;
import net.re6st.core.port.Store;
import net.re6st.net.Prefix;
import org.jspecify.annotations.Nullable;

public final class StoreWriter implements Store, AutoCloseable {
    public static StoreWriter open(Path file) throws Failure {
        return new StoreWriter();
    }

    public @Nullable NetworkParameters parameters() {
        return null;
    }

    public SortedMap<Prefix, String> peers() {
        return new TreeMap<>();
    }

    public String ownAddresses() {
        return "";
    }

    @Override
    public void putPeer(Prefix peer, String addresses) {}

    @Override
    public void removePeer(Prefix peer) {}

    @Override
    public void putParameters(NetworkParameters parameters) {}

    @Override
    public void close() {}
}
