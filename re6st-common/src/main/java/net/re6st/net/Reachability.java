package net.re6st.net;

import java.util.Locale;
import java.util.Optional;

/**
 * Which addresses a peer could reach at all; the others are neither advertised nor dialled. Names are judged by their
 * text only: whoever resolves one asks again for each address found.
 */
public final class Reachability {
    private static final int MAX_NAME_LENGTH = 253;
    private static final Ip4 THIS_HOST = new Ip4(0);
    private static final Ip4 LOOPBACK = new Ip4(127 << 24);
    private static final Ip4 LINK_LOCAL = new Ip4(169 << 24 | 254 << 16);
    private static final Ip4 MULTICAST = new Ip4(224 << 24);
    private static final Ip4 BROADCAST = new Ip4(-1);

    private Reachability() {}

    /** Whether a tunnel to {@code host}, an IP address or a name, can make sense in {@code network}. */
    public static boolean isReachable(String host, Network network) {
        Optional<Ip4> ip4 = Ip4.parse(host);
        if (ip4.isPresent()) {
            return isReachable(ip4.get());
        }
        Optional<Ip6> ip6 = Ip6.parse(host);
        return ip6.isPresent() ? isReachable(ip6.get(), network) : isName(host);
    }

    /** Private ranges count as reachable: there are networks inside a LAN. */
    public static boolean isReachable(Ip4 address) {
        return !address.startsWith(THIS_HOST, 8)
                && !address.startsWith(LOOPBACK, 8)
                && !address.startsWith(LINK_LOCAL, 16)
                && !address.startsWith(MULTICAST, 4)
                && !address.equals(BROADCAST);
    }

    /** A tunnel inside {@code network} would carry itself. */
    public static boolean isReachable(Ip6 address, Network network) {
        if (address.isIpv4Mapped()) {
            return isReachable(new Ip4((int) address.low()));
        }
        boolean linkLocal = address.high() >>> 54 == 0xfe80 >>> 6;
        boolean multicast = address.high() >>> 56 == 0xff;
        boolean loopbackOrUnspecified = address.high() == 0 && (address.low() == 0 || address.low() == 1);
        return !linkLocal && !multicast && !loopbackOrUnspecified && !network.contains(address);
    }

    /** Whether {@code host} is an address of the IPv4 ranges that each network may use for itself (RFC 1918). */
    public static boolean isPrivate(String host) {
        return Ip4.parse(host).filter(Reachability::isPrivate).isPresent();
    }

    private static boolean isPrivate(Ip4 address) {
        return address.startsWith(new Ip4(10 << 24), 8)
                || address.startsWith(new Ip4(172 << 24 | 16 << 16), 12)
                || address.startsWith(new Ip4(192 << 24 | 168 << 16), 16);
    }

    /** Whether {@code ip}, an address that can be reached, means the same host wherever it is used: it is not private. */
    public static boolean isPublic(String ip) {
        Optional<Ip4> ip4 = Ip4.parse(ip);
        if (ip4.isPresent()) {
            return isPublic(ip4.get());
        }
        return Ip6.parse(ip)
                .filter(ip6 ->
                        ip6.isIpv4Mapped() ? isPublic(new Ip4((int) ip6.low())) : ip6.high() >>> 57 != 0xfc >>> 1)
                .isPresent();
    }

    private static boolean isPublic(Ip4 address) {
        return !isPrivate(address) && !address.startsWith(new Ip4(100 << 24 | 64 << 16), 10);
    }

    /** Whether {@code host} has the form of a host name that can belong to another host. */
    private static boolean isName(String host) {
        if (host.isEmpty() || host.length() > MAX_NAME_LENGTH || host.charAt(0) == '-' || host.charAt(0) == '.') {
            return false;
        }
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (!isLetter(c) && !(c >= '0' && c <= '9') && c != '-' && c != '.' && c != '_') {
                return false;
            }
        }
        String relative = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        String name = relative.toLowerCase(Locale.ROOT);
        return !isLocalhost(name) && !isNumber(name.substring(name.lastIndexOf('.') + 1));
    }

    /** Whether resolvers may take a name that ends with {@code label} for an IPv4 address in an old notation. */
    private static boolean isNumber(String label) {
        return label.startsWith("0x") || label.chars().noneMatch(c -> isLetter((char) c));
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isLocalhost(String name) {
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.equals("localhost.localdomain")
                || name.equals("ip6-localhost")
                || name.equals("ip6-loopback");
    }
}
