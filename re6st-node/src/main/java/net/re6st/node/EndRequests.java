package net.re6st.node;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a signal asked for that ends the program. One that comes while one life of the daemon has ended and the next has not
 * begun reaches the next: nobody sends it twice. Used by threads of signals and by the main thread.
 */
final class EndRequests {
    enum Kind {
        /** Nothing of this node shall run any more. */
        STOP,
        /** Another process is going to take over. */
        HAND_OVER
    }

    private @Nullable Kind asked;
    private Consumer<Kind> life = kind -> {};

    synchronized void ask(Kind kind) {
        asked = kind;
        life.accept(kind);
    }

    /** From here on {@code next} is told, of what was asked before as well. */
    synchronized void tell(Consumer<Kind> next) {
        life = next;
        if (asked != null) {
            next.accept(asked);
        }
    }
}
