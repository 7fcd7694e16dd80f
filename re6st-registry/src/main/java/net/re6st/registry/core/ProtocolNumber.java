package net.re6st.registry.core;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/** The protocol number that a client gives in {@code hello}: any integer, of which only the order matters. */
final class ProtocolNumber {
    private static final int MAX_DIGITS = 100;
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+");

    private ProtocolNumber() {}

    /** An integer, the nearest {@code int} if it is none; empty if the text is something else. */
    static Optional<Integer> parse(String text) {
        if (text.length() > MAX_DIGITS || !NUMBER.matcher(text).matches()) {
            return Optional.empty();
        }
        BigInteger number = new BigInteger(text);
        if (number.bitLength() < Integer.SIZE) {
            return Optional.of(number.intValue());
        }
        return Optional.of(number.signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE);
    }
}
