package net.re6st.registry.core;

import java.util.Locale;
import java.util.Optional;
import net.re6st.net.Ip4;
import net.re6st.net.Ip6;
import net.re6st.net.PlainNumber;

/** A host as it stands in headers and URLs: a name in lower case or an address, -1 for no port. */
record HostPort(String name, boolean isAddress, int port) {
    static Optional<HostPort> parse(String text) {
        String host = text.strip().toLowerCase(Locale.ROOT);
        int colon = host.lastIndexOf(':');
        boolean hasPort = colon > host.lastIndexOf(']');
        int port = hasPort ? port(host.substring(colon + 1)) : -1;
        if (hasPort && port < 0) {
            return Optional.empty();
        }
        String name = hasPort ? host.substring(0, colon) : host;
        if (name.startsWith("[") && name.endsWith("]")) {
            return Ip6.parse(name.substring(1, name.length() - 1))
                    .map(address -> new HostPort(address.toString(), true, port));
        }
        String plain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return isName(plain) ? Optional.of(new HostPort(plain, Ip4.parse(plain).isPresent(), port)) : Optional.empty();
    }

    private static int port(String digits) {
        return PlainNumber.parse(digits, 65_535);
    }

    private static boolean isName(String text) {
        return !text.isEmpty()
                && text.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || "-_.".indexOf(c) >= 0);
    }

    HostPort orPort(int defaultPort) {
        return new HostPort(name, isAddress, port < 0 ? defaultPort : port);
    }
}
