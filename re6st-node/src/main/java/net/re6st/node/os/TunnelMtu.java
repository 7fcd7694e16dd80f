package net.re6st.node.os;

import net.re6st.net.Transport;

/**
 * The largest packet that a tunnel carries, per transport.
 *
 * <p>On UDP the values are those that fit, with the overhead of encryption (38 bytes) or of authentication alone (42), in an
 * underlay of 1500 bytes together with the smallest value that a peer of an older version computes: larger packets would
 * vanish. TCP has no such limit.
 */
final class TunnelMtu {
    static final int DEFAULT_BYTES = 1500;

    private TunnelMtu() {}

    static int bytes(Transport transport, boolean encrypt) {
        if (transport.isTcp()) {
            return DEFAULT_BYTES;
        }
        if (transport.isIpv6()) {
            return encrypt ? 1366 : 1390;
        }
        return encrypt ? 1348 : 1372;
    }
}
