package net.re6st.registry.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a connection gives to other threads is done when it has stopped reading. */
class AfterReadingPoolTest {
    private static final long LIMIT_SECONDS = 20;

    private final LinkedBlockingQueue<String> done = new LinkedBlockingQueue<>();
    private final AfterReadingPool pool = new AfterReadingPool(4, 2);

    @BeforeEach
    void start() throws Exception {
        pool.start();
    }

    @AfterEach
    void stop() throws Exception {
        pool.stop();
    }

    private String next() throws InterruptedException {
        return String.valueOf(done.poll(LIMIT_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void runsAtOnceWhatNobodyReadingGave() throws Exception {
        pool.execute(() -> done.add("a"));
        assertThat(next()).isEqualTo("a");
        if (pool.tryExecute(() -> done.add("b"))) {
            assertThat(next()).isEqualTo("b");
        }
    }

    private void readsFirst(Consumer<Runnable> give) throws Exception {
        pool.whileReading(() -> {
            give.accept(() -> done.add("given"));
            // Another connection's thread is not held up.
            pool.whileReading(() -> give.accept(() -> done.add("given")));
            CountDownLatch other = new CountDownLatch(1);
            new Thread(() -> pool.execute(other::countDown)).start();
            try {
                assertThat(other.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertThat(done).isEmpty();
            done.add("read");
        });
        assertThat(next()).isEqualTo("read");
        assertThat(next()).isEqualTo("given");
        assertThat(next()).isEqualTo("given");
    }

    @Test
    void runsWhatTheReaderGaveAfterwards() throws Exception {
        readsFirst(pool::execute);
    }

    @Test
    void triesWhatTheReaderGaveAfterwards() throws Exception {
        readsFirst(task -> assertThat(pool.tryExecute(task)).isTrue());
    }

    @Test
    void runsItAfterAFailureToo() throws Exception {
        assertThatThrownBy(() -> pool.whileReading(() -> {
                    pool.execute(() -> done.add("given"));
                    throw new IllegalStateException("a bug");
                }))
                .hasMessage("a bug");
        assertThat(next()).isEqualTo("given");
        pool.execute(() -> done.add("later"));
        assertThat(next()).isEqualTo("later");
    }

    @Test
    void losesWhatComesWhenItHasStopped() throws Exception {
        pool.whileReading(() -> {
            pool.execute(() -> done.add("given"));
            try {
                pool.stop();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        assertThat(done).isEmpty();
    }

    /** Lets a connection's reading last until its client has an answer, or a while. */
    private static final class SlowReading extends AfterReadingPool {
        private static final long READING_MILLIS = 300;

        private final CountDownLatch answered = new CountDownLatch(1);
        private final LinkedBlockingQueue<Boolean> answeredWhileReading = new LinkedBlockingQueue<>();

        SlowReading() {
            super(8, 4);
        }

        @Override
        void whileReading(Runnable reading) {
            super.whileReading(() -> {
                reading.run();
                try {
                    answeredWhileReading.add(answered.await(READING_MILLIS, TimeUnit.MILLISECONDS));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
        }
    }

    @Test
    void aMalformedRequestIsAnsweredWhenItsConnectionHasStoppedReading() throws Exception {
        SlowReading slow = new SlowReading();
        Server server = new Server(slow);
        ServerConnector connector =
                new ServerConnector(server, 1, 1, new RawTargetConnection.Factory(new HttpConfiguration()));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.start();
        try (Socket socket =
                new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), connector.getLocalPort())) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
            socket.getOutputStream().write("GET / HTTP/7.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            slow.answered.countDown();
            assertThat(slow.answeredWhileReading.poll(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .isFalse();
        } finally {
            server.stop();
        }
    }
}
