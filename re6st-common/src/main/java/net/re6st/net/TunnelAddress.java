package net.re6st.net;

import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One entry of an address list: where a node says that it can be dialled, {@code host,port,protocol[,country]}.
 *
 * <p>Compat: other nodes compare and store entries as texts, so the fields are kept as they were written, even those that
 * make an entry unusable: {@link #port}, {@link #transport} and {@link #country} say what can be used of them.
 */
public final class TunnelAddress {
    private static final int MAX_PORT = 65535;
    private static final int MAX_PORT_DIGITS = 64;

    private final String host;
    private final String port;
    private final @Nullable String protocol;
    private final @Nullable String country;

    private TunnelAddress(String host, String port, @Nullable String protocol, @Nullable String country) {
        this.host = host;
        this.port = port;
        this.protocol = protocol;
        this.country = country;
    }

    public static TunnelAddress of(String host, int port, Transport transport) {
        return new TunnelAddress(host, Integer.toString(port), transport.text(), null);
    }

    /** Parses one entry; empty if it has fewer than two fields or its port is no integer. Fields after the fourth are ignored. */
    public static Optional<TunnelAddress> parse(String entry) {
        String[] fields = entry.split(",", 5);
        if (fields.length < 2 || entry.indexOf(';') >= 0 || !isInteger(fields[1])) {
            return Optional.empty();
        }
        return Optional.of(new TunnelAddress(
                fields[0], fields[1], fields.length > 2 ? fields[2] : null, fields.length > 3 ? fields[3] : null));
    }

    /** The IP address or host name as it was announced; any text, check it before use. */
    public String host() {
        return host;
    }

    /** The port, if it is one. */
    public OptionalInt port() {
        long value = 0;
        String digits = port.strip();
        for (int i = 0; i < digits.length(); i += Character.charCount(digits.codePointAt(i))) {
            int c = digits.codePointAt(i);
            if (c == '-') {
                return OptionalInt.empty();
            }
            if (Character.isDigit(c)) {
                value = Math.min(value * 10 + Character.digit(c, 10), MAX_PORT + 1);
            }
        }
        return value < 1 || value > MAX_PORT ? OptionalInt.empty() : OptionalInt.of((int) value);
    }

    public Optional<Transport> transport() {
        return protocol == null ? Optional.empty() : Transport.parse(protocol);
    }

    /** The country that the node says this address is in; empty if it says none. */
    public Optional<String> country() {
        return country == null || country.isEmpty() ? Optional.empty() : Optional.of(country);
    }

    /** This address with {@code code} as its country; not for an entry without protocol. */
    public TunnelAddress withCountry(String code) {
        if (protocol == null) {
            throw new IllegalStateException("no protocol in " + this);
        }
        return new TunnelAddress(host, port, protocol, code);
    }

    public TunnelAddress withoutCountry() {
        return new TunnelAddress(host, port, protocol, null);
    }

    /**
     * Whether {@code text} is an integer in the widest sense that the original accepts: surrounding spaces, a sign, single
     * underscores between digits, digits of any script.
     */
    private static boolean isInteger(String text) {
        String digits = text.strip();
        if (digits.length() > MAX_PORT_DIGITS) {
            return false;
        }
        int start = digits.startsWith("+") || digits.startsWith("-") ? 1 : 0;
        boolean afterDigit = false;
        for (int i = start; i < digits.length(); i += Character.charCount(digits.codePointAt(i))) {
            boolean isDigit = Character.isDigit(digits.codePointAt(i));
            if (!isDigit && !(afterDigit && digits.charAt(i) == '_')) {
                return false;
            }
            afterDigit = isDigit;
        }
        return afterDigit;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TunnelAddress that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** The entry as it stands in an address list. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(host).append(',').append(port);
        if (protocol != null) {
            text.append(',').append(protocol);
            if (country != null) {
                text.append(',').append(country);
            }
        }
        return text.toString();
    }
}
