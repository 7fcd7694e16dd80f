package net.re6st.node.os;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntFunction;
import net.re6st.core.port.RoutingView.Contest;
import net.re6st.net.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * Under which router ids each destination is announced, and which destinations have two. Used by one thread, that of the
 * {@link RoutingTable}.
 */
final class RouterIds {
    /*
     * Kept as routes come and go, so that nothing is ever searched: per destination two ids, and how many routes have each.
     * Routes under a third id are not looked at before one of the two is gone and they are told of again; two are enough to
     * see that something is wrong. For our own prefix, one of the ids is that of our babeld, which has no route.
     */
    static final int MAX_CONTESTS = 256;
    private static final int NONE = -1;

    /** No id: the route leads nowhere, or babeld did not say. */
    static final long UNKNOWN = 0;

    private long[] router = new long[64];
    private long[] other = new long[64];
    private char[] routes = new char[64];
    private char[] otherRoutes = new char[64];
    private final BitSet contested = new BitSet();
    private int ownDestination = NONE;
    private long ownRouter;

    void clear() {
        router = new long[64];
        other = new long[64];
        routes = new char[64];
        otherRoutes = new char[64];
        contested.clear();
        ownDestination = NONE;
        ownRouter = UNKNOWN;
    }

    /** What babeld says its own id is. */
    void own(long id) {
        ownRouter = id;
    }

    /** This destination is our own prefix. */
    void ownDestination(int destination) {
        ownDestination = destination;
    }

    /** One route more has this id; returns whether the contests changed. */
    boolean add(int destination, long id) {
        if (id == UNKNOWN) {
            return false;
        }
        if (destination >= router.length) {
            grow(destination);
        }
        if (routes[destination] > 0 && router[destination] == id) {
            routes[destination]++;
        } else if (otherRoutes[destination] > 0 && other[destination] == id) {
            otherRoutes[destination]++;
        } else if (routes[destination] == 0) {
            router[destination] = id;
            routes[destination] = 1;
        } else if (otherRoutes[destination] == 0) {
            other[destination] = id;
            otherRoutes[destination] = 1;
        }
        return look(destination);
    }

    /** One route less has this id; returns whether the contests changed. */
    boolean remove(int destination, long id) {
        if (id == UNKNOWN || destination >= router.length) {
            return false;
        }
        if (routes[destination] > 0 && router[destination] == id) {
            routes[destination]--;
        } else if (otherRoutes[destination] > 0 && other[destination] == id) {
            otherRoutes[destination]--;
        }
        return look(destination);
    }

    private boolean look(int destination) {
        boolean two = destination == ownDestination
                ? routes[destination] + otherRoutes[destination] > 0
                : routes[destination] > 0 && otherRoutes[destination] > 0;
        boolean changed = contested.get(destination) != two;
        contested.set(destination, two);
        // Another pair of ids is another contest.
        return changed || two;
    }

    private void grow(int destination) {
        int size = Math.max(destination + 1, router.length * 2);
        router = Arrays.copyOf(router, size);
        other = Arrays.copyOf(other, size);
        routes = Arrays.copyOf(routes, size);
        otherRoutes = Arrays.copyOf(otherRoutes, size);
    }

    /** Whether no destination is contested. */
    boolean isQuiet() {
        return contested.isEmpty();
    }

    boolean isContested(int destination) {
        return contested.get(destination);
    }

    /** The contests, our own first; {@code node} names destinations, null: of no interest. */
    List<Contest> contests(Prefix own, IntFunction<@Nullable Prefix> node) {
        if (contested.isEmpty()) {
            return List.of();
        }
        List<Contest> contests = new ArrayList<>();
        if (ownDestination != NONE && contested.get(ownDestination)) {
            long foreign = routes[ownDestination] > 0 ? router[ownDestination] : other[ownDestination];
            contests.add(Contest.of(own, ownRouter, foreign));
        }
        for (int i = contested.nextSetBit(0);
                i >= 0 && contests.size() < MAX_CONTESTS;
                i = contested.nextSetBit(i + 1)) {
            Prefix prefix = node.apply(i);
            if (i != ownDestination && prefix != null) {
                contests.add(Contest.of(prefix, router[i], other[i]));
            }
        }
        return contests;
    }
}
