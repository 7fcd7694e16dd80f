package net.re6st.registry.core;

import java.util.Locale;
import net.re6st.net.Ip6;

/**
 * From where a request comes, as far as limits are concerned: an IPv4 address, or the /64 of an IPv6 address, for whoever has
 * one of its addresses has all. Who has a /48 has 65,536 of these, so that is counted too, more generously.
 *
 * @param wide the /48; for IPv4 the address
 */
public record Source(String narrow, String wide) {
    static Source of(String address) {
        return Ip6.parse(address.strip()).map(Source::of).orElseGet(() -> new Source(address.strip(), address.strip()));
    }

    private static Source of(Ip6 address) {
        if (address.isIpv4Mapped()) {
            String text = address.toString();
            String ipv4 = text.substring(text.lastIndexOf(':') + 1);
            return new Source(ipv4, ipv4);
        }
        return new Source(block(address.high(), 64), block(address.high() >>> 16, 48));
    }

    private static String block(long high, int length) {
        return String.format(Locale.ROOT, "%x/%d", high, length);
    }

    /** Whether the two keys are of different width. */
    boolean isWide() {
        return !narrow.equals(wide);
    }
}
