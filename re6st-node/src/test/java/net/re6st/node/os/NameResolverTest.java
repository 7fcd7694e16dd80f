package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import net.re6st.core.port.Ticket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NameResolverTest {
    private final BlockingQueue<List<String>> answers = new LinkedBlockingQueue<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile NameResolver.Lookup server = host -> addresses("198.51.100.7", "2001:db8::7");
    private EventLoop loop;
    private NameResolver resolver;
    private Thread thread;

    @BeforeEach
    void start() throws Exception {
        loop = new EventLoop();
        resolver = new NameResolver(loop, host -> server.addresses(host), (ticket, ips) -> answers.add(ips));
        thread = Threads.named("loop").newThread(() -> {
            try (EventLoop mine = loop) {
                mine.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        thread.start();
    }

    @AfterEach
    void stop() throws Exception {
        end.countDown();
        loop.stop();
        thread.join(10_000);
    }

    @Test
    void addressesOfTheFamilyAreGiven() throws Exception {
        assertThat(resolve("a.example", false)).containsExactly("198.51.100.7");
        assertThat(resolve("a.example", true)).containsExactly("2001:db8:0:0:0:0:0:7");
    }

    @Test
    void aNameOnceFoundIsRememberedWhenServersFailOrAreSilent() throws Exception {
        resolve("a.example", false);
        server = host -> {
            throw new UnknownHostException("no server");
        };
        assertThat(resolve("a.example", false)).containsExactly("198.51.100.7");
        assertThat(resolve("b.example", false)).isEmpty();
        server = this::silent;
        assertThat(resolve("a.example", false)).containsExactly("198.51.100.7");
        assertThat(resolve("a.example", true)).containsExactly("2001:db8:0:0:0:0:0:7");
    }

    @Test
    void whatIsFoundNextTakesThePlaceOfWhatWasRemembered() throws Exception {
        resolve("a.example", false);
        server = host -> addresses("198.51.100.8");
        assertThat(resolve("a.example", false)).containsExactly("198.51.100.8");
        server = this::silent;
        assertThat(resolve("a.example", false)).containsExactly("198.51.100.8");
    }

    @Test
    void aNameIsAnsweredAlsoWhenAllThreadsHang() throws Exception {
        resolve("a.example", false);
        server = this::silent;
        for (int number = 0; number < 9; number++) {
            ask("a.example", false);
        }
        for (int number = 0; number < 9; number++) {
            assertThat(answer()).containsExactly("198.51.100.7");
        }
        assertThat(resolve("b.example", false)).isEmpty();
    }

    private InetAddress[] silent(String host) throws UnknownHostException {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new UnknownHostException(host);
    }

    private static InetAddress[] addresses(String... literals) throws UnknownHostException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String literal : literals) {
            addresses.add(InetAddress.getByName(literal));
        }
        return addresses.toArray(InetAddress[]::new);
    }

    private List<String> resolve(String host, boolean ipv6) throws InterruptedException {
        ask(host, ipv6);
        return answer();
    }

    private void ask(String host, boolean ipv6) {
        loop.post(() -> resolver.resolve(new Ticket(1), host, ipv6));
    }

    private List<String> answer() throws InterruptedException {
        List<String> ips = answers.poll(8, TimeUnit.SECONDS);
        assertThat(ips)
                .as("answered before the resolver's own limit of ten seconds")
                .isNotNull();
        return ips;
    }
}
