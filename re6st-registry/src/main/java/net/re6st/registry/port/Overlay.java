package net.re6st.registry.port;

import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import net.re6st.net.Prefix;

/** The overlay network as the registry reaches it: through the node on its own machine. */
public interface Overlay {
    /** Tells the registry's node that there is a new version of the parameters. Never waits, never fails. */
    void announceVersion(Prefix registryNode);

    /**
     * Sends the questions of {@code inquiry} and hands it the answers, until it has no more questions and waits for
     * nothing, or {@link Inquiry#PATIENCE} passed without an answer. Blocks that long; never called in a transaction.
     */
    void ask(Inquiry inquiry);

    /** The prefixes of our network to which there is a route right now; empty if the routing daemon can't be asked. */
    List<Prefix> reachable();

    /**
     * The nodes that are two machines with one certificate, as the registry's node sees from its routes; empty as well if it
     * can't be asked.
     */
    default SortedSet<Prefix> cloned() {
        return new TreeSet<>();
    }

    /** What the registry's node measured on its tunnels, by the other end: milliseconds there and back. */
    Map<Prefix, Integer> delaysMillis();
}
