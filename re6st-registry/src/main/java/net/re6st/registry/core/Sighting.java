package net.re6st.registry.core;

import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import net.re6st.net.Prefix;
import net.re6st.registry.port.Overlay;
import net.re6st.wire.LinkDelays;
import net.re6st.wire.Topology;

/**
 * What the nodes said about themselves when they were last asked. It is shown to people; nothing is decided by it.
 *
 * @param reachable all nodes that were reachable, that of the registry included; empty if that one did not answer
 * @param software which software each node that answered runs
 * @param tunnels by node that answered, with whom it has tunnels
 * @param delayMillis of the tunnels of the registry's node, by the other end: the time there and back
 * @param delays by node that told, of its links; nodes of the original don't
 * @param cloned nodes that are two machines with one certificate, as the registry's node sees from its routes
 */
public record Sighting(
        long takenUnixSeconds,
        SortedSet<Prefix> reachable,
        SortedMap<Prefix, String> software,
        SortedMap<Prefix, Topology> tunnels,
        SortedMap<Prefix, Integer> delayMillis,
        SortedMap<Prefix, LinkDelays> delays,
        SortedSet<Prefix> cloned) {

    /** Without clones, and without what nodes tell of delays. */
    public Sighting(
            long takenUnixSeconds,
            SortedSet<Prefix> reachable,
            SortedMap<Prefix, String> software,
            SortedMap<Prefix, Topology> tunnels,
            SortedMap<Prefix, Integer> delayMillis) {
        this(takenUnixSeconds, reachable, software, tunnels, delayMillis, new TreeMap<>(), new TreeSet<>());
    }

    /** Asks the registry's node and through it all others; takes some seconds if one that is known does not answer. */
    public static Sighting take(
            Overlay overlay, Optional<Prefix> registryNode, int maxPrefixLength, long nowUnixSeconds) {
        SortedSet<Prefix> reachable = new TreeSet<>(overlay.reachable());
        if (registryNode.isEmpty()) {
            return new Sighting(nowUnixSeconds, reachable, new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        }
        TopologyInquiry tunnels = TopologyInquiry.withDelays(registryNode.get(), maxPrefixLength);
        overlay.ask(tunnels);
        if (!tunnels.answers().isEmpty()) {
            reachable.add(registryNode.get());
        }
        reachable.addAll(tunnels.answers().keySet());
        SoftwareInquiry software = new SoftwareInquiry(reachable);
        if (!reachable.isEmpty()) {
            overlay.ask(software);
        }
        return new Sighting(
                nowUnixSeconds,
                reachable,
                software.texts(),
                new TreeMap<>(tunnels.answers()),
                new TreeMap<>(overlay.delaysMillis()),
                new TreeMap<>(tunnels.delays()),
                overlay.cloned());
    }

    /** Whether the registry's node answered at all: if it did not, nothing is known about the others. */
    public boolean isAnswered() {
        return !reachable.isEmpty();
    }
}
