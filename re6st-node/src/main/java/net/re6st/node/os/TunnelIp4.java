package net.re6st.node.os;

import java.util.Optional;
import net.re6st.net.Ip4;

/**
 * What a tunnel's interface has of IPv4: the address by which neighbours reach it, as long as it exists, and that of the
 * payload, which comes and goes. See docs/decisions/0039.
 *
 * @param nextHop where babeld tells neighbours to send IPv4 packets
 * @param own our address of the payload
 */
public record TunnelIp4(Optional<Ip4> nextHop, Optional<Ip4Block> own) {
    public static final TunnelIp4 NONE = new TunnelIp4(Optional.empty(), Optional.empty());

    /** 169.254.0.0/16. */
    private static final int LINK_LOCAL = 169 << 24 | 254 << 16;

    /** 169.254.169.254, at which clouds tell their machines who they are: a node must not answer in its stead. */
    private static final int METADATA = 169 << 8 | 254;

    private static final int MOST = 1 << 16;

    /** By the node's number, so that no two neighbours have the same; without a next hop there is no payload. */
    public static TunnelIp4 ofNode(long subjectSerial, Optional<Ip4Block> own) {
        if (subjectSerial < 0 || subjectSerial >= MOST || subjectSerial == METADATA) {
            return NONE;
        }
        return new TunnelIp4(Optional.of(new Ip4(LINK_LOCAL | (int) subjectSerial)), own);
    }
}
