package net.re6st.registry.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.re6st.net.Moment;
import net.re6st.registry.core.Sighting;
import net.re6st.testing.NoErrorsLogged;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A page never waits long for nodes, and looks are shared. */
class NetworkWatchTest {
    private static final Duration LITTLE = Duration.ofMillis(20);
    private static final Duration PLENTY = Duration.ofSeconds(20);

    private final SynchronousQueue<Sighting> answers = new SynchronousQueue<>();
    private final AtomicInteger looks = new AtomicInteger();
    private NetworkWatch watch = new NetworkWatch(this::look, LITTLE);

    @AfterEach
    void close() {
        watch.close();
    }

    @Test
    void showsWhatThereIsWhileNodesKeepSilent() throws Exception {
        assertThat(watch.latest(at(0))).isEmpty();
        assertThat(watch.latest(at(1))).isEmpty();
        answer(100);
        watch.begin(at(1)).get(20, TimeUnit.SECONDS);
        assertThat(watch.latest(at(2)).map(Sighting::takenUnixSeconds)).contains(100L);
        // Too old by now, but better than nothing.
        long later = NetworkWatch.FRESH.toSeconds() + 1;
        assertThat(watch.latest(at(later)).map(Sighting::takenUnixSeconds)).contains(100L);
        answer(200);
        watch.begin(at(later)).get(20, TimeUnit.SECONDS);
        assertThat(watch.latest(at(later)).map(Sighting::takenUnixSeconds)).contains(200L);
        assertThat(looks).hasValue(2);
    }

    @Test
    void looksOnceForAllWhoAskAtTheSameTime() {
        watch.close();
        watch = new NetworkWatch(
                () -> {
                    looks.incrementAndGet();
                    return sighting(7);
                },
                PLENTY);
        for (int i = 0; i < 10; i++) {
            assertThat(watch.latest(at(0))).isPresent();
        }
        assertThat(looks).hasValue(1);
    }

    @Test
    void goesOnAfterALookThatFailed() {
        watch.close();
        watch = new NetworkWatch(
                () -> {
                    if (looks.incrementAndGet() == 1) {
                        throw new IllegalStateException("the database is gone");
                    }
                    return sighting(7);
                },
                PLENTY);
        assertThat(watch.latest(at(0))).isEqualTo(Optional.empty());
        assertThat(watch.latest(at(0))).isPresent();
        assertThat(NoErrorsLogged.take()).isEmpty();
    }

    private Sighting look() {
        looks.incrementAndGet();
        try {
            return answers.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void answer(long time) throws InterruptedException {
        assertThat(answers.offer(sighting(time), 20, TimeUnit.SECONDS)).isTrue();
    }

    private static Sighting sighting(long time) {
        return new Sighting(time, new TreeSet<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    }

    private static Moment at(long seconds) {
        return new Moment(TimeUnit.SECONDS.toNanos(seconds), 0);
    }
}
