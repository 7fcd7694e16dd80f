package net.re6st.registry.port;

import java.time.Duration;
import java.util.Optional;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.wire.PeerMessage;

/** Questions to nodes of the overlay, and what is done with the answers. One thread. */
public interface Inquiry {
    /** How long the next answer may take. */
    Duration PATIENCE = Duration.ofSeconds(3);

    /** The message that asks, and that answers. */
    PeerMessage.Kind kind();

    /**
     * Another message, which is sent to each node right before that one; answers to it are taken, and never waited for,
     * because not every software knows it.
     */
    default Optional<PeerMessage.Kind> aside() {
        return Optional.empty();
    }

    /** The next node to ask; empty if there is none for now. */
    Optional<Prefix> next();

    /** Whether an answer is still wanted. */
    boolean isOpen();

    /** A node's answer, maybe one that nobody asked for. */
    void onAnswer(Prefix sender, Bytes payload);

    /** A node's answer to {@link #aside}, maybe one that nobody asked for. */
    default void onAside(Prefix sender, Bytes payload) {}
}
