package net.re6st.rpc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntConsumer;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.Credentials;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;
import net.re6st.net.PlainNumber;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the registry, and owns the session with it. Blocking, for worker threads; one call at a time, others wait.
 *
 * <p>Each call is a connection of its own. An authenticated call with a session that fails in any way starts a new session
 * and is made once more.
 *
 * <p>Where a network has several registries, {@link Registries} decides which one gets a request. The session is one for all
 * of them: those that share a database go on with it, and any other says that it does not know it, which is a failure like
 * others. A registry that does not prove itself by the CA's signature is passed over for the next. All of that takes no
 * longer than a call to a single registry may.
 */
public final class RegistryClient {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryClient.class);
    private static final int FORBIDDEN = 403;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;
    private static final String RETRY_AFTER = "Retry-After";

    /** For a registry that doesn't say how long, and the longest that it may say. */
    private static final Duration USUAL_WAIT = Duration.ofSeconds(30);

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    /** So long a call waits by itself when the registry asks for it, and so often; after that the caller has to. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final int ATTEMPTS = 3;

    private final Registries registries;
    private final String userAgent;
    private final @Nullable Identity identity;
    private final Pause pause;
    private @Nullable RpcSession session;
    private OptionalLong notBeforeNanos = OptionalLong.empty();

    /** Waits. */
    @FunctionalInterface
    interface Pause {
        void sleep(Duration duration) throws InterruptedException;
    }

    /** Who we are, for authenticated calls. */
    private record Identity(CertificateAuthority authority, Credentials own, String protocol) {}

    private RegistryClient(Registries registries, String userAgent, Pause pause, @Nullable Identity identity) {
        this.registries = registries;
        this.userAgent = userAgent;
        this.pause = pause;
        this.identity = identity;
    }

    /**
     * A client for public calls.
     *
     * @param userAgent {@code re6stnet/VERSION, PLATFORM}
     */
    public static RegistryClient of(RegistryUrl url, String userAgent) {
        return of(url, userAgent, Optional.empty());
    }

    /** The same, with other authorities for https than those the system trusts; empty: the system's. */
    public static RegistryClient of(RegistryUrl url, String userAgent, Optional<TlsTrust> trust) {
        return of(List.of(url), 0, userAgent, trust, index -> {});
    }

    /**
     * The same where any of several registries will do.
     *
     * @param urls one at least; all of the same network
     * @param first which of {@code urls} is called first
     * @param chosen told which is called first from now on, whenever that is another; in the caller's thread
     */
    public static RegistryClient of(
            List<RegistryUrl> urls, int first, String userAgent, Optional<TlsTrust> trust, IntConsumer chosen) {
        Duration toConnect = urls.size() == 1 ? Registries.EXCHANGE : Registries.CONNECT;
        List<Registries.Site> sites = urls.stream()
                .map(url -> new Registries.Site(url, new RegistryConnection(url, trust, toConnect)))
                .toList();
        return of(new Registries(sites, first, System::nanoTime, chosen), userAgent, RegistryClient::sleep);
    }

    static RegistryClient of(Registries registries, String userAgent, Pause pause) {
        return new RegistryClient(registries, userAgent, pause, null);
    }

    private static void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration.toMillis());
    }

    /** A client for the calls of the holder of {@code own}; {@code protocol} is the protocol number we speak. */
    public RegistryClient as(CertificateAuthority authority, Credentials own, int protocol) {
        return new RegistryClient(
                registries, userAgent, pause, new Identity(authority, own, Integer.toString(protocol)));
    }

    /** Which of the URLs is called first. Any thread. */
    public int inUse() {
        return registries.inUse();
    }

    /**
     * Makes a call; arguments with a default may be left out at the end. Throws {@link IllegalArgumentException} for another
     * number of arguments, {@link IllegalStateException} for an authenticated call of a client that is nobody.
     */
    public synchronized RegistryAnswer call(RegistryApi method, String... arguments) {
        String target = method.target(arguments);
        for (int attempt = 1; ; attempt++) {
            Optional<Duration> wait = untilAllowed();
            if (wait.isPresent() && !waited(wait.get())) {
                return new RegistryAnswer.Later(wait.get());
            }
            RegistryAnswer answer = attempt(method, target, arguments);
            if (attempt == ATTEMPTS || !(answer instanceof RegistryAnswer.Later)) {
                return answer;
            }
        }
    }

    /** How long the registry still wants to be left alone. */
    private Optional<Duration> untilAllowed() {
        long nanos = notBeforeNanos.isPresent() ? notBeforeNanos.getAsLong() - System.nanoTime() : 0;
        return nanos > 0 ? Optional.of(Duration.ofNanos(nanos)) : Optional.empty();
    }

    private boolean waited(Duration wait) {
        if (wait.compareTo(PATIENCE) > 0) {
            return false;
        }
        try {
            pause.sleep(wait);
            notBeforeNanos = OptionalLong.empty();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private RegistryAnswer attempt(RegistryApi method, String target, String... arguments) {
        Registries.Call call = registries.call();
        try {
            RegistryAnswer answer;
            if (method.access() != RegistryApi.Access.AUTHENTICATED) {
                answer = answer(method, exchange(call, target, Optional.empty(), isRepeatable(method, arguments)));
            } else if (identity == null) {
                throw new IllegalStateException(method.methodName() + " needs a certificate");
            } else {
                answer = authenticated(identity, call, method, target, arguments[0]);
            }
            if (!(answer instanceof RegistryAnswer.Failed)) {
                call.settle();
            }
            return answer;
        } catch (IOException e) {
            return failed(method, Registries.reason(e));
        }
    }

    /**
     * Whether it does no harm that another registry does it too, if the one that was asked may have done it before it failed.
     * A certificate for a token is the same one again as the key is; without a token it would be a second one, with another
     * prefix. A token that is requested twice would be mailed twice.
     */
    private static boolean isRepeatable(RegistryApi method, String... arguments) {
        return switch (method) {
            case REQUEST_TOKEN -> false;
            case REQUEST_CERTIFICATE -> !arguments[0].isEmpty();
            default -> method.access() != RegistryApi.Access.PRIVATE;
        };
    }

    /** A session of which {@link #session} always holds the next step, because a failed call consumes its secret, too. */
    private RegistryAnswer authenticated(
            Identity who, Registries.Call call, RegistryApi method, String target, String prefix) throws IOException {
        RpcSession current = session;
        if (current != null) {
            try {
                Optional<RegistryAnswer> answer = signed(call, method, target, current);
                if (answer.isPresent()) {
                    return answer.get();
                }
            } catch (IOException e) {
                LOG.debug("{} with the old session: {}", method.methodName(), Registries.reason(e));
            }
            session = null;
        }
        return afterHello(who, call, method, target, prefix);
    }

    private RegistryAnswer afterHello(
            Identity who, Registries.Call call, RegistryApi method, String target, String prefix) throws IOException {
        HttpAnswer hello = exchange(call, RegistryApi.HELLO.target(prefix, who.protocol), Optional.empty(), true);
        Optional<Secret> secret = hello.status() == 200 ? openHello(who, hello.body()) : Optional.empty();
        if (secret.isEmpty()) {
            RegistryAnswer failure = hello.status() == 200
                    ? failed(RegistryApi.HELLO, "the secret is not signed by the CA, or not for us")
                    : answer(RegistryApi.HELLO, hello);
            return failure instanceof RegistryAnswer.Failed failed && call.passOver("hello: " + failed.reason())
                    ? afterHello(who, call, method, target, prefix)
                    : failure;
        }
        int greeted = call.current();
        Optional<RegistryAnswer> answer = signed(call, method, target, new RpcSession(secret.get()));
        if (answer.isPresent()) {
            return answer.get();
        }
        session = null;
        // Another one took over just after the hello, and need not know of it.
        if (call.current() != greeted && call.mayBeginAgain()) {
            return afterHello(who, call, method, target, prefix);
        }
        return failed(method, "the registry does not accept our session, or we not its answer");
    }

    /** Empty if the registry does not know the session or its answer is not authentic. */
    private Optional<RegistryAnswer> signed(Registries.Call call, RegistryApi method, String target, RpcSession current)
            throws IOException {
        session = current.next();
        HttpAnswer answer = exchange(call, target, Optional.of(current.sign(target)), true);
        if (answer.status() == FORBIDDEN || asksForPatience(answer)) {
            return Optional.of(answer(method, answer));
        }
        boolean authentic = answer.isSuccess()
                && answer.header(RpcSession.HEADER)
                        .flatMap(RpcSession::parseHeader)
                        .filter(mac -> current.verifyAnswer(answer.body(), mac))
                        .isPresent();
        if (!authentic) {
            LOG.debug("{}: {} {}, not authentic", method.methodName(), answer.status(), answer.reason());
            return Optional.empty();
        }
        return Optional.of(new RegistryAnswer.Result(answer.body()));
    }

    private static Optional<Secret> openHello(Identity who, Bytes body) {
        if (body.size() % 2 != 0) {
            return Optional.empty();
        }
        Bytes sealed = body.slice(0, body.size() / 2);
        return who.authority.verify(sealed, body.from(body.size() / 2))
                ? who.own.decrypt(sealed).flatMap(Secret::of)
                : Optional.empty();
    }

    private RegistryAnswer answer(RegistryApi method, HttpAnswer answer) {
        if (answer.isSuccess()) {
            return new RegistryAnswer.Result(answer.body());
        }
        if (asksForPatience(answer)) {
            return later(method, answer);
        }
        return answer.status() == FORBIDDEN
                ? new RegistryAnswer.Refused(answer.reason())
                : failed(method, answer.status() + " " + answer.reason());
    }

    private static boolean asksForPatience(HttpAnswer answer) {
        return answer.status() == TOO_MANY_REQUESTS
                || (answer.status() == UNAVAILABLE && answer.header(RETRY_AFTER).isPresent());
    }

    private RegistryAnswer later(RegistryApi method, HttpAnswer answer) {
        int seconds = answer.header(RETRY_AFTER)
                .map(text -> PlainNumber.parse(text, Integer.MAX_VALUE))
                .orElse(-1);
        Duration asked = seconds < 0 ? USUAL_WAIT : Duration.ofSeconds(Math.max(1, seconds));
        Duration shortened = asked.compareTo(LONGEST_WAIT) < 0 ? asked : LONGEST_WAIT;
        // Up to half as much again: all who were told the same would come together again.
        Duration wait = shortened.plusMillis(ThreadLocalRandom.current().nextLong(shortened.toMillis() / 2 + 1));
        LOG.info(
                "registry call {}: {} {}, waiting {} s",
                method.methodName(),
                answer.status(),
                answer.reason(),
                wait.toSeconds());
        notBeforeNanos = OptionalLong.of(System.nanoTime() + wait.toNanos());
        return new RegistryAnswer.Later(wait);
    }

    private RegistryAnswer failed(RegistryApi method, String reason) {
        LOG.info("registry call {} failed: {}", method.methodName(), reason);
        return new RegistryAnswer.Failed(reason);
    }

    private HttpAnswer exchange(Registries.Call call, String target, Optional<Bytes> mac, boolean repeatable)
            throws IOException {
        return call.exchange(
                url -> Bytes.copyOf(request(url, target, mac).getBytes(StandardCharsets.ISO_8859_1)), repeatable);
    }

    private String request(RegistryUrl url, String target, Optional<Bytes> mac) {
        return "GET " + url.basePath() + target + " HTTP/1.1\r\nHost: " + url.hostHeader()
                + "\r\nUser-Agent: " + userAgent + "\r\n"
                + mac.map(value -> RpcSession.HEADER + ": " + RpcSession.headerValue(value) + "\r\n")
                        .orElse("")
                + "\r\n";
    }

    /** The secret of the next authenticated call. */
    synchronized Optional<Secret> secret() {
        return Optional.ofNullable(session).map(RpcSession::secret);
    }

    @Override
    public String toString() {
        return registries.toString();
    }
}
