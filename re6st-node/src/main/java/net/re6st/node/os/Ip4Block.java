package net.re6st.node.os;

import java.util.Optional;
import net.re6st.net.Ip4;

/** An IPv4 address of ours and the length of its block. */
public record Ip4Block(Ip4 address, int length) {
    /**
     * Our block of the network's IPv4 payload, with its first address (the block's own for /31 and /32); empty when there is
     * none for a node of this subject serial.
     *
     * @param network the whole payload's block
     * @param sublen bits between the whole and one node's block
     */
    public static Optional<Ip4Block> ofNode(Ip4Block network, int sublen, long subjectSerial) {
        int length = network.length + sublen;
        if (sublen < 0 || sublen > 16 || length > 32 || subjectSerial < 0 || subjectSerial >= 1L << sublen) {
            return Optional.empty();
        }
        long start = Integer.toUnsignedLong(network.first().value()) + (subjectSerial << (32 - length));
        return Optional.of(new Ip4Block(new Ip4((int) (length < 31 ? start + 1 : start)), length));
    }

    /** Parses {@code ADDRESS/LENGTH}. */
    public static Optional<Ip4Block> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("\\d{1,2}")) {
            return Optional.empty();
        }
        int length = Integer.parseInt(text.substring(slash + 1));
        return length > 32
                ? Optional.empty()
                : Ip4.parse(text.substring(0, slash)).map(a -> new Ip4Block(a, length));
    }

    public Ip4 netmask() {
        return new Ip4(mask());
    }

    /** The block's first address. */
    Ip4 first() {
        return new Ip4(address.value() & mask());
    }

    /** The block as a route names it. */
    String cidr() {
        return first() + "/" + length;
    }

    private int mask() {
        return length == 0 ? 0 : -1 << (32 - length);
    }

    @Override
    public String toString() {
        return address + "/" + length;
    }
}
