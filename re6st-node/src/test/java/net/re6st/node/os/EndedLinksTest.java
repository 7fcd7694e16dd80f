package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import net.re6st.net.Iface;
import org.junit.jupiter.api.Test;

/** When babeld hears that tunnels ended which ended all at once. */
class EndedLinksTest {
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final BlockingQueue<String> order = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> times = new LinkedBlockingQueue<>();

    @Test
    void oneGoesDownAfterTheOtherAndNoneSoonerThanBabeldBears() throws Exception {
        try (EventLoop loop = new EventLoop();
                Commands commands = new Commands()) {
            EndedLinks links = new EndedLinks(loop, commands);
            long begun = System.nanoTime();
            loop.post(() -> {
                // No such interfaces: what counts is when they would go down.
                for (String name : List.of("re6none1", "re6none2", "re6none3")) {
                    links.takeDown(new Iface(name), PAUSE, () -> {
                        times.add(System.nanoTime() - begun);
                        order.add(name);
                        if (order.size() == 3) {
                            loop.stop();
                        }
                    });
                }
            });
            Thread thread = LoopThread.of(loop);
            thread.start();
            thread.join(TimeUnit.MINUTES.toMillis(1));
            assertThat(thread.isAlive()).isFalse();
        }
        assertThat(order).containsExactly("re6none1", "re6none2", "re6none3");
        // The first is taken down at once, the others in their turn, whenever the loop gets to them.
        assertThat(List.copyOf(times).get(1)).isGreaterThanOrEqualTo(PAUSE.toNanos());
        assertThat(List.copyOf(times).get(2)).isGreaterThanOrEqualTo(2 * PAUSE.toNanos());
    }

    @Test
    void thePauseIsAQuarterOfAHelloAndTwoSecondsAtMost() {
        assertThat(EndedLinks.pause(Duration.ofSeconds(2))).isEqualTo(Duration.ofMillis(500));
        assertThat(EndedLinks.pause(Duration.ofSeconds(60))).isEqualTo(Duration.ofSeconds(2));
    }
}
