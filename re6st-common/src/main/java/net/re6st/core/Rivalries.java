package net.re6st.core;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import net.re6st.core.port.ClientId;
import net.re6st.net.Iface;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;

/** Decides which clients of our servers throw each other out: two machines with one certificate. */
final class Rivalries {
    /*
     * A server of OpenVPN has one client of each name: a new one takes the place of the one before. When a node starts
     * again, or its address changed, the one before is never heard of again. One of two machines notices that it was thrown
     * out, dials again and throws the other one out, several times per second where nobody else can be dialled.
     *
     * So what counts is an address that comes back after it was thrown out by another one, while that one is connected: so
     * often that no host with two ways to the internet can do it, which notices a dead tunnel after four hellos only.
     */
    static final int CERTAIN_RETURNS = 12;
    private static final int MAX_ADDRESSES = 4;

    /** Who is connected to which server; bounded by what the servers take. */
    private final Map<Place, Occupant> occupants = new HashMap<>();

    private final Predicate<ClientId> isConnected;

    private record Place(Iface server, Prefix peer) {}

    private static final class Occupant {
        ClientId client;
        String address;
        final Set<String> thrownOut = new LinkedHashSet<>();
        final Deque<Moment> returns = new ArrayDeque<>();

        Occupant(ClientId client, String address) {
            this.client = client;
            this.address = address;
        }
    }

    /** A rivalry: since when at least, and the addresses of those that take part. */
    record Rivalry(Moment since, List<String> addresses) {}

    /** {@code isConnected} tells who still is. */
    Rivalries(Predicate<ClientId> isConnected) {
        this.isConnected = isConnected;
    }

    /** A client was let in; {@code window}: how long returns count. A rivalry, if it is one for certain. */
    Optional<Rivalry> onClient(ClientId client, Prefix peer, String address, Duration window, Moment now) {
        occupants.values().removeIf(occupant -> !isConnected.test(occupant.client));
        Occupant occupant =
                occupants.computeIfAbsent(new Place(client.server(), peer), unused -> new Occupant(client, address));
        String before = occupant.address;
        occupant.client = client;
        occupant.address = address;
        if (before.equals(address)) {
            return Optional.empty();
        }
        if (occupant.thrownOut.remove(address)) {
            occupant.returns.addLast(now);
        }
        occupant.thrownOut.add(before);
        if (occupant.thrownOut.size() > MAX_ADDRESSES) {
            occupant.thrownOut.remove(occupant.thrownOut.iterator().next());
        }
        occupant.returns.removeIf(at -> now.hasReached(at.plus(window).monotonicNanos()));
        if (occupant.returns.size() < CERTAIN_RETURNS) {
            return Optional.empty();
        }
        Moment since = occupant.returns.removeFirst();
        return Optional.of(new Rivalry(
                since,
                Stream.concat(occupant.thrownOut.stream(), Stream.of(address))
                        .sorted()
                        .toList()));
    }
}
