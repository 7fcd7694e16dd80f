package net.re6st.core;

import java.util.List;
import net.re6st.net.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * What should change about the tunnels of a node.
 *
 * @param remove the tunnel to give up, if any
 * @param cut the tunnel to end at once, because it can't be given up in another way, if any
 * @param missing how many tunnels may be begun
 * @param steps what to try for that, in order, until none is missing
 * @param askRegistry whether the registry must be asked for a peer
 */
record Plan(@Nullable Prefix remove, @Nullable Cut cut, int missing, List<Step> steps, boolean askRegistry) {
    /** A tunnel to end, and why. */
    record Cut(Prefix peer, String reason) {}

    /** One way to get a tunnel. */
    sealed interface Step {
        Prefix peer();

        /** Dial at a cached address. */
        record Dial(Prefix peer) implements Step {}

        /** Ask the peer itself for its addresses. */
        record Ask(Prefix peer) implements Step {}
    }
}
