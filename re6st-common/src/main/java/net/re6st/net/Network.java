package net.re6st.net;

import java.math.BigInteger;
import java.util.Optional;

/** The IPv6 prefix of the whole overlay network, e.g. {@code 2001:db8:42::/48}. */
public record Network(long high, long low, int length) {
    public Network {
        new BitString(high, low, length);
    }

    private static Network of(BitString bits) {
        return new Network(bits.high(), bits.low(), bits.length());
    }

    /** Reads the serial number of a CA certificate: a leading 1, then the network's bits. Empty if it can't be one. */
    public static Optional<Network> ofSerial(BigInteger serial) {
        int length = serial.bitLength() - 1;
        if (serial.signum() <= 0 || length > BitString.MAX_LENGTH) {
            return Optional.empty();
        }
        return Optional.of(of(BitString.ofValue(serial.clearBit(length), length)));
    }

    /** The first {@code length} bits of an address; empty unless all others are zero. */
    public static Optional<Network> of(Ip6 address, int length) {
        Network network = of(BitString.leading(address.high(), address.low(), length));
        return network.address().equals(address) ? Optional.of(network) : Optional.empty();
    }

    /** Parses a text of {@code 0} and {@code 1}. */
    public static Optional<Network> parseBits(String bits) {
        return BitString.parse(bits).map(Network::of);
    }

    /** The serial number of a CA certificate for this network. */
    public BigInteger serial() {
        return bitString().value().setBit(length);
    }

    public String bits() {
        return bitString().toString();
    }

    /** Longest prefix that can be allocated. */
    public int maxPrefixLength() {
        return BitString.MAX_LENGTH - length;
    }

    public boolean contains(Ip6 address) {
        return address.bitString().startsWith(bitString());
    }

    /** Whether this network and the block {@code address/addressLength} have an address in common. */
    public boolean overlaps(Ip6 address, int addressLength) {
        BitString block = BitString.leading(address.high(), address.low(), addressLength);
        return block.startsWith(bitString()) || bitString().startsWith(block);
    }

    /** The bits of {@code address} after those of the network; empty if it is outside. */
    public Optional<Prefix> suffixOf(Ip6 address) {
        if (!contains(address)) {
            return Optional.empty();
        }
        BitString rest = address.bitString().from(length);
        return Optional.of(new Prefix(rest.high(), rest.low(), rest.length()));
    }

    /** The prefix that a route to {@code address/routeLength} stands for; empty if it is outside or not longer than the network. */
    public Optional<Prefix> prefixOf(Ip6 address, int routeLength) {
        if (routeLength <= length || routeLength > BitString.MAX_LENGTH || !contains(address)) {
            return Optional.empty();
        }
        BitString rest =
                BitString.leading(address.high(), address.low(), routeLength).from(length);
        return Optional.of(new Prefix(rest.high(), rest.low(), rest.length()));
    }

    /** Throws {@link IllegalArgumentException} if the prefix is too long for this network. */
    public Subnet subnet(Prefix prefix) {
        return new Subnet(this, prefix);
    }

    public Ip6 address() {
        return new Ip6(high, low);
    }

    BitString bitString() {
        return new BitString(high, low, length);
    }

    @Override
    public String toString() {
        return address() + "/" + length;
    }
}
