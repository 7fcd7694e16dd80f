package net.re6st.registry.core;

import java.util.List;
import net.re6st.net.Ip4;

/** Tells IPv4 addresses that the whole Internet can reach from those of private, shared and special blocks. */
final class PublicAddress {
    private static final List<Block> SPECIAL = List.of(
            block("0.0.0.0", 8),
            block("10.0.0.0", 8),
            block("100.64.0.0", 10),
            block("127.0.0.0", 8),
            block("169.254.0.0", 16),
            block("172.16.0.0", 12),
            block("192.168.0.0", 16),
            block("224.0.0.0", 3));

    private record Block(Ip4 network, int length) {}

    private PublicAddress() {}

    private static Block block(String network, int length) {
        return new Block(Ip4.parse(network).orElseThrow(), length);
    }

    static boolean isPublic(Ip4 address) {
        return SPECIAL.stream().noneMatch(block -> address.startsWith(block.network(), block.length()));
    }
}
