package net.re6st.core;

import net.re6st.config.NetworkParameters;
import net.re6st.core.port.Cryptography;
import net.re6st.core.port.Identity;
import net.re6st.core.port.Lifecycle;
import net.re6st.core.port.RegistryLink;
import net.re6st.core.port.RegistryLink.Call;
import net.re6st.core.port.Store;
import net.re6st.core.port.Ticket;
import net.re6st.net.Moment;
import org.jspecify.annotations.Nullable;

/**
 * Progress from cold start to running: network parameters and a valid certificate, asking again with growing intervals. Ends
 * in {@code Lifecycle.ready} or {@code Lifecycle.fail}; events after that are ignored.
 */
public final class Startup {
    /** What start-up commands. */
    public record Ports(RegistryLink registry, Cryptography cryptography, Store store, Lifecycle lifecycle) {}

    /**
     * @param protocol the version that this software speaks
     * @param stored what the cache held; null: nothing usable
     */
    public Startup(int protocol, Identity identity, @Nullable NetworkParameters stored, Ports ports) {}

    public void start(Moment now) {}

    public long nextDeadlineNanos() {
        return Long.MAX_VALUE;
    }

    public void onTimer(Moment now) {}

    public void onVersionChecked(Ticket ticket, boolean valid, Moment now) {}

    public void onParameters(NetworkParameters parameters, Moment now) {}

    public void onRenewed(Identity renewed, Moment now) {}

    public void onRegistryFailed(Call call, String reason, Moment now) {}
}
