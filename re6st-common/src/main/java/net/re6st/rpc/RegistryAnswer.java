package net.re6st.rpc;

import java.time.Duration;
import java.util.Optional;
import net.re6st.net.Bytes;

/** How a call to the registry ended. */
public sealed interface RegistryAnswer {
    /** The result; empty bytes where there is none. */
    record Result(Bytes body) implements RegistryAnswer {}

    /** The registry forbids it, for a reason meant for people. */
    record Refused(String reason) implements RegistryAnswer {}

    /** No usable answer: the registry is not reachable, is broken, or someone else answers in its place. */
    record Failed(String reason) implements RegistryAnswer {}

    /** The registry has too much to do, or we asked too often: not before so much time has passed. */
    record Later(Duration delay) implements RegistryAnswer {}

    /** The result, if there is one. */
    default Optional<Bytes> result() {
        return this instanceof Result result ? Optional.of(result.body()) : Optional.empty();
    }

    /** Why there is no result; an empty text if there is one. */
    default String problem() {
        if (this instanceof Refused refused) {
            return refused.reason();
        }
        if (this instanceof Later later) {
            return "too many requests, try again in "
                    + Math.max(1, later.delay().toSeconds()) + " s";
        }
        return this instanceof Failed failed ? failed.reason() : "";
    }
}
