package net.re6st.rpc;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import net.re6st.net.Bytes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registries of one network, any of which may be asked: owns which one gets a request, and when it goes to another.
 * Used by one thread at a time; which one is in use may be read by any.
 *
 * <p>The one in use is that which gave the last usable answer, and is asked first. If it can't be reached, says nothing in
 * its share of the time, or a proxy says that nobody is behind it, the next one is asked, and so on around.
 */
final class Registries {
    private static final Logger LOG = LoggerFactory.getLogger(Registries.class);

    /** For a connection where others may be asked: what is lost on the way is sent again after one second and after three. */
    static final Duration CONNECT = Duration.ofSeconds(5);

    /** For one request, however many are asked. */
    static final Duration EXCHANGE = Duration.ofSeconds(60);

    /** For all requests of a call: with an old session, for a new one, and with that. */
    private static final Duration CALL = EXCHANGE.multipliedBy(3);

    /** Bad gateway, unavailable, gateway timeout: others may do better. 500 is a bug, which they are likely to share. */
    private static final Set<Integer> NOBODY_THERE = Set.of(502, 503, 504);

    private final List<Site> sites;
    private final LongSupplier nanos;
    private final IntConsumer chosen;
    private volatile int inUse;

    /** A registry, and the way to it. */
    record Site(RegistryUrl url, Transport transport) {}

    /** Carries requests to one registry. */
    @FunctionalInterface
    interface Transport {
        /**
         * Sends {@code request} on a new connection; the caller reads the answer and closes it. Everything together takes
         * {@code limit} at most. Throws {@link NotSentException} if the registry can't have seen anything of the request.
         */
        InputStream exchange(Bytes request, Duration limit) throws IOException;
    }

    /** There was no connection to send the request on. */
    static final class NotSentException extends IOException {
        private static final long serialVersionUID = 1;

        NotSentException(String reason) {
            super(reason);
        }
    }

    /**
     * Some registries.
     *
     * @param sites one at least
     * @param first which one is asked first
     * @param chosen told which one is asked first from now on, whenever that is another
     */
    Registries(List<Site> sites, int first, LongSupplier nanos, IntConsumer chosen) {
        this.sites = List.copyOf(sites);
        this.inUse = first;
        this.nanos = nanos;
        this.chosen = chosen;
    }

    int inUse() {
        return inUse;
    }

    /** One call, which may take several requests. */
    Call call() {
        return new Call(nanos.getAsLong() + CALL.toNanos());
    }

    /** What went wrong, for people. */
    static String reason(IOException e) {
        return String.valueOf(e.getMessage());
    }

    @Override
    public String toString() {
        return sites.stream().map(site -> site.url().toString()).collect(Collectors.joining(", "));
    }

    /** The requests of one call: limits how long they take together, and how often another registry is begun with. */
    final class Call {
        private final long deadlineNanos;
        private int current = inUse;
        private int moves;
        private @Nullable String whyNotTheUsualOne;

        private Call(long deadlineNanos) {
            this.deadlineNanos = deadlineNanos;
        }

        /** Which one got the last answer, or gets the next request. */
        int current() {
            return current;
        }

        /**
         * Sends a request to the current registry, or to others if that one does not answer.
         *
         * @param repeatable false: it must not reach another one if the one before may have got it
         */
        HttpAnswer exchange(Function<RegistryUrl, Bytes> request, boolean repeatable) throws IOException {
            long endNanos = Math.min(nanos.getAsLong() + EXCHANGE.toNanos(), deadlineNanos);
            int first = current;
            List<String> failures = new ArrayList<>();
            HttpAnswer unavailable = null;
            for (int left = sites.size(); left > 0; left--) {
                Site site = sites.get((first + failures.size()) % sites.size());
                try {
                    HttpAnswer answer = ask(site, request.apply(site.url), (endNanos - nanos.getAsLong()) / left);
                    if (!repeatable || !NOBODY_THERE.contains(answer.status())) {
                        move(failures.size(), failures);
                        return answer;
                    }
                    unavailable = answer;
                    failures.add(site.url + ": " + answer.status() + " " + answer.reason());
                } catch (IOException e) {
                    if (sites.size() == 1 || !(repeatable || e instanceof NotSentException)) {
                        throw e;
                    }
                    failures.add(site.url + ": " + reason(e));
                }
            }
            if (unavailable != null) {
                return unavailable;
            }
            throw new IOException(String.join("; ", failures));
        }

        private HttpAnswer ask(Site site, Bytes request, long limitNanos) throws IOException {
            if (limitNanos <= 0) {
                throw new NotSentException("no answer in time");
            }
            try (InputStream in = site.transport.exchange(request, Duration.ofNanos(limitNanos))) {
                return HttpAnswer.read(in);
            }
        }

        private void move(int steps, List<String> reasons) {
            if (steps > 0 && whyNotTheUsualOne == null) {
                whyNotTheUsualOne = reasons.get(0);
            }
            current = (current + steps) % sites.size();
        }

        /** Whoever answers as the current registry is none of ours: goes on with the next, unless all had their turn. */
        boolean passOver(String reason) {
            boolean others = mayBeginAgain();
            if (others) {
                move(1, List.of(sites.get(current).url + ": " + reason));
            }
            return others;
        }

        /** Whether to begin once more with the current one. */
        boolean mayBeginAgain() {
            return ++moves < sites.size();
        }

        /** The current registry gave a usable answer: it is the one in use from now on. */
        void settle() {
            if (current != inUse) {
                LOG.warn("registry {}; using {}", whyNotTheUsualOne, sites.get(current).url);
                inUse = current;
                chosen.accept(current);
            }
        }
    }
}
