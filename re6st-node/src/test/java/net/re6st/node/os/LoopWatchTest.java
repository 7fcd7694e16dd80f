package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopWatchTest {
    private final BlockingQueue<String> found = new LinkedBlockingQueue<>();

    @Test
    void waitForAnotherThreadIsFound() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        run(() -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        String text = found.poll(30, TimeUnit.SECONDS);
        end.countDown();
        assertThat(text).contains("CountDownLatch.await", "EventLoop.run");
    }

    @Test
    void waitForACommandIsFound() throws Exception {
        run(() -> Commands.run(java.util.List.of("sleep", "0.3")));
        assertThat(found.poll(30, TimeUnit.SECONDS)).contains("net.re6st.node.os.Commands.run");
    }

    @Test
    void workAndWaitingForEventsAreFine() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        run(() -> {
            long start = System.nanoTime();
            double sum = 0;
            while (System.nanoTime() - start < 200_000_000) {
                sum += Math.sqrt(sum + 1);
            }
            done.countDown();
        });
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(found.poll(200, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void randomNumbersAreFine() {
        assertThat(LoopWatch.wait(trace("sun.security.provider.NativePRNG$RandomIO")))
                .isEmpty();
        assertThat(LoopWatch.wait(trace("net.re6st.node.Something")))
                .contains("java.io.FileInputStream.readBytes"
                        + " < net.re6st.node.Something.read < net.re6st.node.os.EventLoop.run");
    }

    private static StackTraceElement[] trace(String reader) {
        return new StackTraceElement[] {
            new StackTraceElement("java.io.FileInputStream", "readBytes", null, 1),
            new StackTraceElement(reader, "read", null, 1),
            new StackTraceElement(EventLoop.class.getName(), "run", null, 1)
        };
    }

    private void run(Runnable action) throws Exception {
        EventLoop loop = new EventLoop();
        Thread thread = new Thread(() -> {
            try (loop) {
                loop.run();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        LoopWatch.watch(thread, found::add);
        loop.post(action);
    }
}
