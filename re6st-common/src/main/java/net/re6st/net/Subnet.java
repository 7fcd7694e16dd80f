package net.re6st.net;

/** The addresses of one node: network and prefix, e.g. {@code 2001:db8:42:5::/64}. */
public record Subnet(Network network, Prefix prefix) {
    public Subnet {
        if (network.length() + prefix.length() > BitString.MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "prefix length " + prefix.length() + " > " + network.maxPrefixLength() + " in " + network);
        }
    }

    public int length() {
        return network.length() + prefix.length();
    }

    /** The first address, where datagrams for the node are sent (the subnet-router anycast address). */
    public Ip6 firstAddress() {
        BitString bits = bitString();
        return new Ip6(bits.high(), bits.low());
    }

    /** The node's main address: the last bit of the first address is set, unless the prefix fills all 128 bits. */
    public Ip6 mainAddress() {
        Ip6 first = firstAddress();
        return length() == BitString.MAX_LENGTH ? first : new Ip6(first.high(), first.low() | 1);
    }

    public boolean contains(Ip6 address) {
        return address.bitString().startsWith(bitString());
    }

    private BitString bitString() {
        return network.bitString().plus(prefix.bitString());
    }

    @Override
    public String toString() {
        return firstAddress() + "/" + length();
    }
}
