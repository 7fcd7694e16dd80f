package net.re6st.node.os;

import java.util.Optional;
import net.re6st.net.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Which Babel packets this node signs and believes. A stock babeld has one key per interface, which it signs with and checks
 * with, and can replace in place; whether it also believes packets with a bad signature is fixed when an interface is added.
 *
 * <p>A rotation of the network's key walks {@code sign A} → {@code sign A, accept B} → {@code sign B, accept A} →
 * {@code sign B}. We stay strict on A until the step that signs with B reaches us, then replace the key in place: nodes that
 * accept two keys (the original's) believe us all the time, and among our own kind only those seconds count that the news
 * needs to spread, less than the two hellos an adjacency survives. In a network that has no key, and while one is introduced
 * ({@code accept} is the empty key: anything), every packet is believed, and signed with a key of our own until there is one
 * of the network's: only that lets the first real key come in place.
 *
 * @param sign the network's key, or in its absence any key
 * @param strict whether packets with another signature, or none, are dropped
 * @param shared whether {@code sign} is the network's
 */
public record BabelKeys(Bytes sign, boolean strict, boolean shared) {
    /** The only length that blake2s128 takes. */
    public static final int KEY_BYTES = 16;

    /**
     * The rule above.
     *
     * @param accept the second key the network accepts; empty: anything; null: only {@code sign}
     * @param ownKey what to sign with as long as there is no other
     */
    public static BabelKeys of(@Nullable Bytes sign, @Nullable Bytes accept, Bytes ownKey) {
        if (sign == null || sign.isEmpty()) {
            return new BabelKeys(ownKey, false, false);
        }
        return new BabelKeys(sign, accept == null || !accept.isEmpty(), true);
    }

    /** Why babeld would refuse {@code sign}. */
    public Optional<String> problem() {
        return sign.size() == KEY_BYTES
                ? Optional.empty()
                : Optional.of("Babel key of " + sign.size() + " bytes instead of " + KEY_BYTES);
    }

    /** The statement that defines or replaces the key. */
    String definition() {
        return "key id sign type blake2s128 value " + sign.toHex();
    }

    /** The words that make an interface use it. */
    String use() {
        return strict ? "key sign accept-bad-signatures false" : "key sign accept-bad-signatures true";
    }
}
