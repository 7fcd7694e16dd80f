package net.re6st.core;

import java.math.BigInteger;
import net.re6st.net.Iface;
import net.re6st.net.Prefix;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tunnel of a mere client, which OpenVPN itself connects with whoever answers; owns who that is, and decides whether it may
 * stay connected. One that is closed is started again.
 */
final class OnlyTunnel {
    private static final Logger LOG = LoggerFactory.getLogger(OnlyTunnel.class);

    private final NodeContext context;
    private @Nullable Link link;

    private record Link(Iface iface, Prefix peer, BigInteger serial) {}

    OnlyTunnel(NodeContext context) {
        this.context = context;
    }

    void up(Iface iface, Prefix peer, BigInteger serial) {
        link = new Link(iface, peer, serial);
        if (!cutRevoked()) {
            context.ports.routing().addInterface(iface);
        }
    }

    void gone() {
        link = null;
    }

    /** Cuts it if the other end's certificate is revoked; whether it was. */
    boolean cutRevoked() {
        Link cut = link;
        if (cut == null || !context.isRevoked(cut.serial)) {
            return false;
        }
        LOG.warn("{} to {}: its certificate {} is revoked", cut.iface, cut.peer, cut.serial);
        link = null;
        context.ports.tunnels().close(cut.iface);
        return true;
    }
}
