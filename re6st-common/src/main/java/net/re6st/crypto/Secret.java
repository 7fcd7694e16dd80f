package net.re6st.crypto;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.random.RandomGenerator;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;

/**
 * A shared secret of 20 bytes: what two nodes, or a node and the registry, authenticate messages with (HMAC-SHA1).
 *
 * <p>Its first 8 bytes are a big-endian number and the rest is random. Between nodes the number is the time, so that a newer
 * secret is greater; the registry's are random as well.
 */
public final class Secret implements Comparable<Secret> {
    public static final int SIZE = 20;
    public static final int MAC_SIZE = 20;

    private final Bytes bytes;

    private Secret(Bytes bytes) {
        this.bytes = bytes;
    }

    /** The secret in {@code bytes}; empty unless they are 20. */
    public static Optional<Secret> of(Bytes bytes) {
        return bytes.size() == SIZE ? Optional.of(new Secret(bytes)) : Optional.empty();
    }

    /** A random secret, as the registry makes them. */
    public static Secret random(RandomGenerator secure) {
        return make(secure.nextLong(), secure);
    }

    /**
     * A secret for a session with another node, greater than {@code last}.
     *
     * <p>The other side accepts only greater secrets. A clock that steps back would have all of ours refused, hence the next
     * free number after the last one used is taken then.
     */
    public static Secret newer(Moment now, Optional<Secret> last, RandomGenerator secure) {
        long micros = now.wallMicros();
        if (last.isPresent()) {
            long lastMicros = last.get().number();
            if (Long.compareUnsigned(micros, lastMicros) <= 0 && lastMicros != -1) {
                micros = lastMicros + 1;
            }
        }
        return make(micros, secure);
    }

    /** The smallest secret that may have been made at this time, in microseconds since 1970: only to compare with. */
    public static Secret smallestAt(long wallMicros) {
        return new Secret(
                Bytes.copyOf(ByteBuffer.allocate(SIZE).putLong(wallMicros).array()));
    }

    private static Secret make(long number, RandomGenerator secure) {
        ByteBuffer buffer = ByteBuffer.allocate(SIZE);
        buffer.putLong(number).putLong(secure.nextLong()).putInt(secure.nextInt());
        return new Secret(Bytes.copyOf(buffer.array()));
    }

    /** The first 8 bytes: between nodes the time in microseconds when the secret was made. */
    public long number() {
        return bytes.toBuffer().getLong();
    }

    public Bytes bytes() {
        return bytes;
    }

    /** The secret that follows this one in a registry session. */
    public Secret next() {
        return new Secret(Hash.SHA_1.of(bytes));
    }

    public Bytes mac(Bytes message) {
        return Hash.SHA_1.mac(bytes, message);
    }

    /** Whether {@code mac} is that of {@code message}; takes the same time wherever they differ. */
    public boolean verifies(Bytes message, Bytes mac) {
        return MessageDigest.isEqual(mac(message).toArray(), mac.toArray());
    }

    /** Newer is greater: unsigned bytes, the first that differs decides. */
    @Override
    public int compareTo(Secret other) {
        return bytes.compareTo(other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && bytes.equals(that.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    @Override
    public String toString() {
        return "secret";
    }
}
