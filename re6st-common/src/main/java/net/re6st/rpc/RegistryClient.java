package net.re6st.rpc;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
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
 */
public final class RegistryClient {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryClient.class);
    private static final int FORBIDDEN = 403;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final String RETRY_AFTER = "Retry-After";

    /** For a registry that doesn't say how long, and the longest that it may say. */
    private static final Duration USUAL_WAIT = Duration.ofSeconds(30);

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    /** So long a call waits by itself when the registry asks for it, and so often; after that the caller has to. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final int ATTEMPTS = 3;

    private final RegistryUrl url;
    private final String userAgent;
    private final Transport transport;
    private final @Nullable Identity identity;
    private final Pause pause;
    private @Nullable RpcSession session;
    private OptionalLong notBeforeNanos = OptionalLong.empty();

    /** Waits. */
    @FunctionalInterface
    interface Pause {
        void sleep(Duration duration) throws InterruptedException;
    }

    /** Carries requests to the registry. */
    @FunctionalInterface
    interface Transport {
        /** Sends {@code request} on a new connection; the caller reads the answer and closes it. */
        InputStream exchange(Bytes request) throws IOException;
    }

    /** Who we are, for authenticated calls. */
    private record Identity(CertificateAuthority authority, Credentials own, String protocol) {}

    private RegistryClient(
            RegistryUrl url, String userAgent, Transport transport, Pause pause, @Nullable Identity identity) {
        this.url = url;
        this.userAgent = userAgent;
        this.transport = transport;
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
        return of(url, userAgent, new Connection(url, trust));
    }

    static RegistryClient of(RegistryUrl url, String userAgent, Transport transport) {
        return of(url, userAgent, transport, RegistryClient::sleep);
    }

    static RegistryClient of(RegistryUrl url, String userAgent, Transport transport, Pause pause) {
        return new RegistryClient(url, userAgent, transport, pause, null);
    }

    private static void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration.toMillis());
    }

    /** A client for the calls of the holder of {@code own}; {@code protocol} is the protocol number we speak. */
    public RegistryClient as(CertificateAuthority authority, Credentials own, int protocol) {
        return new RegistryClient(
                url, userAgent, transport, pause, new Identity(authority, own, Integer.toString(protocol)));
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
        try {
            if (method.access() != RegistryApi.Access.AUTHENTICATED) {
                return answer(method, exchange(target, Optional.empty()));
            }
            if (identity == null) {
                throw new IllegalStateException(method.methodName() + " needs a certificate");
            }
            return authenticated(identity, method, target, arguments[0]);
        } catch (IOException e) {
            return failed(method, reason(e));
        }
    }

    /** A session of which {@link #session} always holds the next step, because a failed call consumes its secret, too. */
    private RegistryAnswer authenticated(Identity who, RegistryApi method, String target, String prefix)
            throws IOException {
        RpcSession current = session;
        if (current != null) {
            try {
                Optional<RegistryAnswer> answer = signed(method, target, current);
                if (answer.isPresent()) {
                    return answer.get();
                }
            } catch (IOException e) {
                LOG.debug("{} with the old session: {}", method.methodName(), reason(e));
            }
            session = null;
        }
        String hello = RegistryApi.HELLO.target(prefix, who.protocol);
        HttpAnswer helloAnswer = exchange(hello, Optional.empty());
        if (helloAnswer.status() != 200) {
            return answer(RegistryApi.HELLO, helloAnswer);
        }
        Optional<Secret> secret = openHello(who, helloAnswer.body());
        if (secret.isEmpty()) {
            return failed(RegistryApi.HELLO, "the secret is not signed by the CA, or not for us");
        }
        Optional<RegistryAnswer> answer = signed(method, target, new RpcSession(secret.get()));
        if (answer.isEmpty()) {
            session = null;
        }
        return answer.orElseGet(() -> failed(method, "the registry does not accept our session, or we not its answer"));
    }

    /** Empty if the registry does not know the session or its answer is not authentic. */
    private Optional<RegistryAnswer> signed(RegistryApi method, String target, RpcSession current) throws IOException {
        session = current.next();
        HttpAnswer answer = exchange(target, Optional.of(current.sign(target)));
        if (answer.status() == FORBIDDEN || answer.status() == TOO_MANY_REQUESTS) {
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
        if (answer.status() == TOO_MANY_REQUESTS) {
            return later(method, answer);
        }
        return answer.status() == FORBIDDEN
                ? new RegistryAnswer.Refused(answer.reason())
                : failed(method, answer.status() + " " + answer.reason());
    }

    private RegistryAnswer later(RegistryApi method, HttpAnswer answer) {
        int seconds = answer.header(RETRY_AFTER)
                .map(text -> PlainNumber.parse(text, Integer.MAX_VALUE))
                .orElse(-1);
        Duration asked = seconds < 0 ? USUAL_WAIT : Duration.ofSeconds(Math.max(1, seconds));
        Duration shortened = asked.compareTo(LONGEST_WAIT) < 0 ? asked : LONGEST_WAIT;
        // Up to half as much again: all who were told the same would come together again.
        Duration wait = shortened.plusMillis(ThreadLocalRandom.current().nextLong(shortened.toMillis() / 2 + 1));
        LOG.info("registry call {}: too many requests, waiting {} s", method.methodName(), wait.toSeconds());
        notBeforeNanos = OptionalLong.of(System.nanoTime() + wait.toNanos());
        return new RegistryAnswer.Later(wait);
    }

    private static String reason(IOException e) {
        return e instanceof UnknownHostException ? "unknown host: " + e.getMessage() : String.valueOf(e.getMessage());
    }

    private RegistryAnswer failed(RegistryApi method, String reason) {
        LOG.info("registry call {} failed: {}", method.methodName(), reason);
        return new RegistryAnswer.Failed(reason);
    }

    private HttpAnswer exchange(String target, Optional<Bytes> mac) throws IOException {
        String request = "GET " + url.basePath() + target + " HTTP/1.1\r\nHost: " + url.hostHeader()
                + "\r\nUser-Agent: " + userAgent + "\r\n"
                + mac.map(value -> RpcSession.HEADER + ": " + RpcSession.headerValue(value) + "\r\n")
                        .orElse("")
                + "\r\n";
        try (InputStream in = transport.exchange(Bytes.copyOf(request.getBytes(StandardCharsets.ISO_8859_1)))) {
            return HttpAnswer.read(in);
        }
    }

    /** The secret of the next authenticated call. */
    synchronized Optional<Secret> secret() {
        return Optional.ofNullable(session).map(RpcSession::secret);
    }

    @Override
    public String toString() {
        return url.toString();
    }

    /**
     * One TCP connection per request to the registry, TLS for https. The exchange as a whole is limited in time, however slowly
     * the other side sends. Why no HTTP library: docs/decisions/0010.
     */
    static final class Connection implements Transport {
        private static final Duration TIMEOUT = Duration.ofSeconds(60);
        private static final int BUFFER_BYTES = 8192;

        private final RegistryUrl url;
        private final Duration timeout;
        private final Optional<TlsTrust> trust;

        Connection(RegistryUrl url, Optional<TlsTrust> trust) {
            this(url, TIMEOUT, trust);
        }

        Connection(RegistryUrl url, Duration timeout, Optional<TlsTrust> trust) {
            this.url = url;
            this.timeout = timeout;
            this.trust = trust;
        }

        @Override
        public InputStream exchange(Bytes request) throws IOException {
            long deadlineNanos = System.nanoTime() + timeout.toNanos();
            Socket socket = connect(deadlineNanos);
            try {
                if (url.https()) {
                    socket = Tls.wrap(socket, url, trust, remainingMillis(deadlineNanos));
                }
                socket.getOutputStream().write(request.toArray());
                return new BufferedInputStream(new LimitedStream(socket, deadlineNanos), BUFFER_BYTES);
            } catch (IOException | RuntimeException e) {
                socket.close();
                throw e;
            }
        }

        /** Tries each address of the host in turn; none may take all the time. */
        private Socket connect(long deadlineNanos) throws IOException {
            InetAddress[] addresses = InetAddress.getAllByName(url.host());
            IOException failure = new IOException("no address for " + url.host());
            for (int i = 0; i < addresses.length; i++) {
                Socket socket = new Socket();
                try {
                    int share = Math.max(1, remainingMillis(deadlineNanos) / (addresses.length - i));
                    socket.connect(new InetSocketAddress(addresses[i], url.port()), share);
                    socket.setTcpNoDelay(true);
                    return socket;
                } catch (IOException e) {
                    socket.close();
                    failure = e;
                }
            }
            throw failure;
        }

        private static int remainingMillis(long deadlineNanos) throws SocketTimeoutException {
            long millis = (deadlineNanos - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw new SocketTimeoutException("no answer in time");
            }
            return (int) millis;
        }

        /** In a class of its own, so that TLS is loaded only for https. */
        private static final class Tls {
            static Socket wrap(Socket socket, RegistryUrl url, Optional<TlsTrust> trust, int timeoutMillis)
                    throws IOException {
                SSLSocketFactory factory =
                        trust.map(TlsTrust::sockets).orElseGet(() -> (SSLSocketFactory) SSLSocketFactory.getDefault());
                SSLSocket secure = (SSLSocket) factory.createSocket(socket, url.host(), url.port(), true);
                SSLParameters parameters = secure.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                secure.setSSLParameters(parameters);
                secure.setSoTimeout(timeoutMillis);
                secure.startHandshake();
                return secure;
            }
        }

        /** What the socket receives until the deadline; closing it closes the connection. */
        private static final class LimitedStream extends InputStream {
            private final Socket socket;
            private final InputStream in;
            private final long deadlineNanos;

            LimitedStream(Socket socket, long deadlineNanos) throws IOException {
                this.socket = socket;
                this.in = socket.getInputStream();
                this.deadlineNanos = deadlineNanos;
            }

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                socket.setSoTimeout(remainingMillis(deadlineNanos));
                return in.read(target, offset, length);
            }

            @Override
            public void close() throws IOException {
                socket.close();
            }
        }
    }
}
