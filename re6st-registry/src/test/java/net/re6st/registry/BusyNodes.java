package net.re6st.registry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateRequest;
import net.re6st.crypto.DistinguishedName;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;
import net.re6st.rpc.RegistryApi;
import net.re6st.rpc.RpcSession;

/**
 * Nodes that ask for certificates and make authenticated calls, at random, each at any of several registries. They do what a
 * node does when a call fails: say {@code hello} once more, and ask again.
 */
final class BusyNodes implements AutoCloseable {
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final List<RegistryApi> CALLS =
            List.of(RegistryApi.GET_NETWORK_CONFIG, RegistryApi.RENEW_CERTIFICATE, RegistryApi.GET_DH);

    private final RsaPrivateKey key;
    private final List<Integer> ports;
    private final ExecutorService threads;
    private final List<Future<?>> running = new ArrayList<>();
    private final AtomicBoolean ended = new AtomicBoolean();

    /** What each token was exchanged for. */
    final Map<String, String> certificates = new ConcurrentHashMap<>();

    final AtomicInteger calls = new AtomicInteger();

    /** Answers that told to come back later. */
    final AtomicInteger postponed = new AtomicInteger();

    /** Connections that broke, or were refused. */
    final AtomicInteger broken = new AtomicInteger();

    /** Whether the database may have lost what sessions did last. */
    final AtomicBoolean mayForget = new AtomicBoolean();

    BusyNodes(RsaPrivateKey key, List<Integer> ports, int clients) {
        this.key = key;
        this.ports = ports;
        threads = Executors.newFixedThreadPool(clients);
        for (int client = 0; client < clients; client++) {
            Node node = new Node(client);
            running.add(threads.submit(node::run));
        }
    }

    /** How much was done. */
    int done() {
        return certificates.size() + calls.get();
    }

    /** Waits for so much more; fails if a node has failed. */
    void await(int more) throws Exception {
        int wanted = done() + more;
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (done() < wanted) {
            for (Future<?> node : running) {
                if (node.isDone()) {
                    node.get();
                }
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("only " + done() + " calls of " + wanted + " in " + LIMIT.toSeconds() + " s");
            }
            Thread.sleep(5);
        }
    }

    /** Lets each finish what it does; fails if one has failed. */
    void end() throws Exception {
        ended.set(true);
        for (Future<?> node : running) {
            node.get();
        }
    }

    @Override
    public void close() {
        ended.set(true);
        threads.shutdownNow();
    }

    /** A machine with several nodes on it, one thread. */
    private final class Node {
        private final int number;
        private final RandomGenerator random;
        private final List<String> prefixes = new ArrayList<>();
        private final Map<String, RpcSession> sessions = new ConcurrentHashMap<>();
        private int tokens;

        Node(int number) {
            this.number = number;
            random = new SplittableRandom(number);
        }

        void run() {
            while (!ended.get()) {
                if (prefixes.isEmpty() || random.nextInt(3) == 0) {
                    join();
                } else {
                    call(prefixes.get(random.nextInt(prefixes.size())), CALLS.get(random.nextInt(CALLS.size())));
                }
            }
        }

        /** The answer to a request, by whichever registry gives one; empty if it may have been answered already. */
        private Optional<SmallHttp.Result> ask(String target, String... headers) {
            try {
                SmallHttp.Result result = SmallHttp.get(ports.get(random.nextInt(ports.size())), target, headers);
                if (result.status() != UNAVAILABLE) {
                    return Optional.of(result);
                }
                postponed.incrementAndGet();
                if (result.header("Retry-After").map(Integer::parseInt).orElse(0) < 1) {
                    throw new AssertionError("503 without Retry-After: " + result.head());
                }
            } catch (IOException e) {
                broken.incrementAndGet();
            }
            pause();
            return Optional.empty();
        }

        private void pause() {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new AssertionError("the test ends", e);
            }
        }

        private SmallHttp.Result askUntilAnswered(String target) {
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (System.nanoTime() < deadline) {
                Optional<SmallHttp.Result> result = ask(target);
                if (result.isPresent()) {
                    return result.get();
                }
            }
            throw new AssertionError("no answer in " + LIMIT.toSeconds() + " s to " + target.split("\\?", 2)[0]);
        }

        private void join() {
            String token = "token-" + number + "-" + tokens++;
            int added = askUntilAnswered(RegistryApi.ADD_TOKEN.target(token + "@example.org", token))
                    .status();
            // 409: it was added although the answer was lost.
            check(added == 204 || added == 409, "addToken: " + added);
            String request =
                    CertificateRequest.create(DistinguishedName.EMPTY, key).pem();
            SmallHttp.Result result = askUntilAnswered(RegistryApi.REQUEST_CERTIFICATE.target(token, request));
            check(result.status() == OK, "requestCertificate: " + result.head());
            certificates.put(token, result.body());
            prefixes.add(Certificate.ofPem(result.body())
                    .flatMap(Certificate::prefix)
                    .orElseThrow()
                    .bits());
        }

        private void call(String prefix, RegistryApi method) {
            long deadline = System.nanoTime() + LIMIT.toNanos();
            String target = method.target(prefix);
            while (System.nanoTime() < deadline) {
                RpcSession session = sessions.computeIfAbsent(prefix, this::hello);
                sessions.remove(prefix);
                Optional<SmallHttp.Result> result =
                        ask(target, RpcSession.HEADER + ": " + RpcSession.headerValue(session.sign(target)));
                if (result.isEmpty()) {
                    // Whether the session moved on is not known.
                    continue;
                }
                SmallHttp.Result answer = result.get();
                if (isForgotten(answer)) {
                    continue;
                }
                check(answer.status() == OK, method + " of " + prefix + ": " + answer.head());
                Bytes body = Bytes.copyOf(answer.body().getBytes(StandardCharsets.ISO_8859_1));
                Bytes mac = answer.header(RpcSession.HEADER)
                        .flatMap(RpcSession::parseHeader)
                        .orElseThrow();
                check(session.verifyAnswer(body, mac), "the MAC of an answer is wrong");
                sessions.put(prefix, session.next());
                calls.incrementAndGet();
                return;
            }
            throw new AssertionError("no answer in " + LIMIT.toSeconds() + " s to " + target);
        }

        /** A crash of the database may take back what sessions did last; nothing else may. */
        private boolean isForgotten(SmallHttp.Result answer) {
            return mayForget.get() && (answer.status() == 401 || answer.status() == 400);
        }

        private RpcSession hello(String prefix) {
            SmallHttp.Result result = askUntilAnswered(RegistryApi.HELLO.target(prefix, "10"));
            check(result.status() == OK, "hello: " + result.head());
            Bytes body = Bytes.copyOf(result.body().getBytes(StandardCharsets.ISO_8859_1));
            return key.decrypt(body.slice(0, body.size() / 2))
                    .flatMap(Secret::of)
                    .map(RpcSession::new)
                    .orElseThrow();
        }

        private void check(boolean isRight, String what) {
            if (!isRight) {
                throw new AssertionError(what);
            }
        }
    }
}
