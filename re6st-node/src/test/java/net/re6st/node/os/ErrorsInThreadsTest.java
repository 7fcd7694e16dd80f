package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import net.re6st.core.port.PeerCertificate;
import net.re6st.core.port.Ticket;
import net.re6st.net.Bytes;
import net.re6st.wire.PackedInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A bug in a thread beside the loop, such as a class that is gone: it stops the node, or whoever waits is told. */
final class ErrorsInThreadsTest {
    private final Error bug = new NoClassDefFoundError("a test's");

    @Test
    void anErrorOfAnotherThreadEndsTheLoop() throws Exception {
        try (EventLoop loop = new EventLoop()) {
            loop.fail(bug);
            assertThatThrownBy(loop::run).isSameAs(bug);
        }
    }

    @Test
    void anErrorAmongCommandsIsToldAndTheNextIsRun() throws Exception {
        BlockingQueue<Object> happened = new LinkedBlockingQueue<>();
        try (Commands commands = new Commands(happened::add)) {
            commands.submit(() -> {
                throw bug;
            });
            commands.submit(() -> happened.add("next"));
            assertThat(happened.poll(30, TimeUnit.SECONDS)).isSameAs(bug);
            assertThat(happened.poll(30, TimeUnit.SECONDS)).isEqualTo("next");
        }
    }

    @Test
    void aCallOfTheRegistryEndsWhateverHappens() {
        for (Throwable problem : List.of(bug, new IllegalStateException("a test's"))) {
            List<String> reasons = new ArrayList<>();
            RegistryWorker.attempt(reasons::add, () -> {
                if (problem instanceof Error error) {
                    throw error;
                }
                throw new IllegalStateException(problem.getMessage());
            });
            assertThat(reasons).singleElement().asString().contains("a test's");
        }
        List<String> reasons = new ArrayList<>();
        RegistryWorker.attempt(reasons::add, () -> {});
        assertThat(reasons).isEmpty();
    }

    @Test
    void cryptographyThatFailsCountsAsNotValid() throws Exception {
        EventLoop loop = new EventLoop();
        List<Boolean> answers = new ArrayList<>();
        CryptographyPool pool = new CryptographyPool(
                loop,
                () -> {
                    throw bug;
                },
                () -> {
                    throw bug;
                },
                new CryptographyPool.Events() {
                    @Override
                    public void onCertificateChecked(Ticket ticket, @Nullable PeerCertificate certificate) {}

                    @Override
                    public void onSealed(Ticket ticket, Bytes sealed, Bytes signature) {}

                    @Override
                    public void onOpened(Ticket ticket, @Nullable Bytes secret) {}

                    @Override
                    public void onVersionChecked(Ticket ticket, boolean valid) {
                        answers.add(valid);
                        loop.stop();
                    }
                });
        Bytes version = PackedInteger.encode(7).plus(Bytes.ofHex("00"));
        pool.checkVersion(new Ticket(1), version);
        Thread looping = LoopThread.of(loop);
        looping.setDaemon(true);
        looping.start();
        looping.join(TimeUnit.SECONDS.toMillis(30));
        assertThat(answers).containsExactly(false);
    }
}
