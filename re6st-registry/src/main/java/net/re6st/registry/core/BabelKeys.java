package net.re6st.registry.core;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import net.re6st.net.Bytes;
import net.re6st.registry.port.Tx;
import net.re6st.registry.port.View;

/**
 * The keys that authenticate Babel's packets, and the steps by which one replaces another while the network runs.
 *
 * <p>Three slots, each maybe empty. At rest there is a key in slot 0. Step one adds a key in slot 1: nodes sign with 0 and
 * accept 1. Step two moves the old key to slot 2: nodes sign with 1 and accept 2. Step three moves 1 to 0 and forgets the old
 * one. A network without keys starts at step two, with an empty key in slot 2: "accept anything". Nodes sign with the first
 * key there is and accept the second.
 */
final class BabelKeys {
    static final int SIZE = 16;

    private static final int SLOTS = 3;
    private static final double STEP_SECONDS = 3600;

    private BabelKeys() {}

    /** What nodes are told; {@code accept} is there during a rotation. */
    record Pair(Optional<Bytes> sign, Optional<Bytes> accept) {}

    static Pair pair(View view) {
        Bytes[] present = new Bytes[SLOTS];
        int count = 0;
        for (int slot = 0; slot < SLOTS; slot++) {
            Optional<Bytes> key = view.babelKey(slot);
            if (key.isPresent()) {
                present[count++] = key.get();
            }
        }
        return new Pair(
                count > 0 ? Optional.of(present[0]) : Optional.empty(),
                count > 1 ? Optional.of(present[1]) : Optional.empty());
    }

    /** Gives a network that has no node yet its first key; whether it did. */
    static boolean begin(Tx tx, RandomGenerator secure) {
        if (tx.registryPrefix().isPresent() || pair(tx).sign().isPresent()) {
            return false;
        }
        tx.setBabelKey(0, Optional.of(random(secure)));
        return true;
    }

    /** Takes the next step of the rotation; says which. */
    static String step(Tx tx, RandomGenerator secure, double nowUnixSeconds) {
        Optional<Bytes> key0 = tx.babelKey(0);
        Optional<Bytes> key1 = tx.babelKey(1);
        Optional<Bytes> key2 = tx.babelKey(2);
        OptionalDouble validUntil = OptionalDouble.empty();
        String taken;
        if (key1.isEmpty()) {
            tx.setBabelKey(1, Optional.of(random(secure)));
            if (key0.isPresent()) {
                validUntil = OptionalDouble.of(nowUnixSeconds + STEP_SECONDS);
                taken = "step 1 of 3: nodes accept the new key";
            } else {
                taken = "first key: nodes sign with it and accept anything";
                tx.setBabelKey(2, Optional.of(Bytes.EMPTY));
            }
        } else if (key2.isEmpty()) {
            tx.setBabelKey(2, key0);
            tx.setBabelKey(0, Optional.empty());
            taken = "step 2 of 3: nodes sign with the new key and accept the old one";
        } else {
            tx.setBabelKey(0, key1);
            tx.setBabelKey(1, Optional.empty());
            tx.setBabelKey(2, Optional.empty());
            taken = "step 3 of 3: the old key is forgotten";
        }
        tx.setValidUntil(validUntil);
        return taken;
    }

    private static Bytes random(RandomGenerator secure) {
        byte[] key = new byte[SIZE];
        secure.nextBytes(key);
        return Bytes.copyOf(key);
    }
}
