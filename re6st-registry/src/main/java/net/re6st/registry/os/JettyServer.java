package net.re6st.registry.os;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLPeerUnverifiedException;
import net.re6st.cli.Failure;
import net.re6st.net.Bytes;
import net.re6st.registry.core.Answer;
import net.re6st.registry.core.Caller;
import net.re6st.registry.core.Origins;
import net.re6st.registry.core.RpcDispatch;
import net.re6st.registry.core.RpcRequest;
import net.re6st.registry.web.PageRequest;
import net.re6st.registry.web.PageResponse;
import net.re6st.rpc.RpcSession;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the registry's calls over HTTP. Calls that wait for a node or a mail server have threads of their own, so that
 * they can't hold up the others; what does not fit there is refused.
 */
public final class JettyServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JettyServer.class);

    /** A request line of 64 KiB and its headers. */
    private static final int MAX_HEAD_BYTES = 96 * 1024;

    /** How often the files for HTTPS are looked at. */
    private static final Duration TLS_LOOK = Duration.ofSeconds(10);

    private static final int DOORS_PER_ADDRESS = 2;

    private static final int MAX_BODY_BYTES = 64 * 1024;
    private static final int MAX_THREADS = 16;
    private static final int MIN_THREADS = 2;

    /** Threads of each address that answer what needs no waiting. */
    private static final int SELECTORS =
            Math.max(2, Math.min(8, Runtime.getRuntime().availableProcessors()));

    private static final int MAX_WAITING_THREADS = 32;
    private static final int MAX_WAITING_CALLS = 64;
    private static final long IDLE_MILLIS = 20_000;
    /** When all threads that may wait do, a question to a node takes three seconds. */
    private static final Duration FULL_WAIT = Duration.ofSeconds(3);

    private static final long STOP_MILLIS = 3000;

    private final Server server;
    private final ThreadPoolExecutor waiting;
    private final Connections connections;
    private @Nullable TlsReloader tls;

    /** Answers requests; any thread. */
    @FunctionalInterface
    public interface Service extends Function<RpcRequest, Answer> {}

    /** Shows pages; any thread. */
    public interface PageService {
        /** Whether a request is for a page; {@code target} is as sent. */
        boolean takes(String method, String target);

        PageResponse answer(PageRequest request);
    }

    /** Tells how the registry is; any thread. */
    public interface Monitor {
        /** Whether there is something at this path. */
        boolean takes(String method, String path);

        /** Whether the answer may take a while. */
        boolean mayWait(String path);

        Report answer(String path, Caller caller, String accept);
    }

    /** An answer. */
    public record Report(int status, String contentType, Bytes body) {}

    /**
     * What is served: calls, pages, and a word on how the registry is.
     *
     * @param everyCallWaits for a database that is elsewhere, maybe for seconds
     */
    public record Services(
            Service calls, Optional<PageService> pages, Optional<Monitor> monitor, boolean everyCallWaits) {
        public Services(Service calls, Optional<PageService> pages, Optional<Monitor> monitor) {
            this(calls, pages, monitor, false);
        }
    }

    private JettyServer(Server server, ThreadPoolExecutor waiting, Connections connections) {
        this.server = server;
        this.waiting = waiting;
        this.connections = connections;
    }

    /**
     * Where to listen: on each address, at the port for HTTP, if any, and at that for HTTPS, if any. Port 0 takes a free one.
     *
     * @param origins which clients are proxies, and have as many connections as they like
     */
    public record Doors(List<InetAddress> addresses, OptionalInt httpPort, Optional<TlsDoor> tls, Origins origins) {}

    /** The port for HTTPS, and with which files it is served. */
    public record TlsDoor(int port, TlsFiles files) {}

    /** Binds and serves; what goes wrong is said in terms of addresses. */
    public static JettyServer start(Doors doors, Services services) throws Failure {
        return start(doors, services, Connections.Rules.USUAL, TLS_LOOK);
    }

    static JettyServer start(Doors doors, Services services, Connections.Rules rules, Duration tlsLook) throws Failure {
        AfterReadingPool threads =
                new AfterReadingPool(MAX_THREADS + doors.addresses.size() * DOORS_PER_ADDRESS * SELECTORS, MIN_THREADS);
        threads.setName("http");
        ThreadPoolExecutor waiting = new ThreadPoolExecutor(
                MAX_WAITING_THREADS,
                MAX_WAITING_THREADS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MAX_WAITING_CALLS),
                task -> new Thread(task, "waiting"));
        waiting.allowCoreThreadTimeOut(true);
        Server server = new Server(threads);
        JettyServer started = new JettyServer(
                server, waiting, new Connections(rules, doors.origins::source, new ConnectorGate(server)));
        try {
            started.open(doors, tlsLook);
        } catch (Failure e) {
            started.close();
            throw e;
        }
        List<Handler> handlers = new ArrayList<>();
        services.monitor.ifPresent(monitor -> handlers.add(new JettyMonitor(monitor, waiting)));
        services.pages.ifPresent(pages -> handlers.add(new JettyPages(pages, waiting)));
        handlers.add(new CallHandler(services.calls, waiting, services.everyCallWaits));
        SizeLimitHandler sized = new SizeLimitHandler(MAX_BODY_BYTES, -1);
        sized.setHandler(new Handler.Sequence(handlers));
        server.setHandler(new TimedHandler(sized));
        server.setErrorHandler(JettyServer::writeRefusal);
        server.setStopTimeout(STOP_MILLIS);
        try {
            server.start();
        } catch (Exception e) {
            started.close();
            throw new Failure("can't serve HTTP: " + e.getMessage());
        }
        return started;
    }

    private void open(Doors doors, Duration tlsLook) throws Failure {
        if (doors.tls.isPresent()) {
            tls = new TlsReloader(doors.tls.get().files(), tlsLook);
        }
        for (InetAddress address : doors.addresses) {
            if (doors.httpPort.isPresent()) {
                listen(address, doors.httpPort.getAsInt(), null);
            }
            if (doors.tls.isPresent()) {
                listen(address, doors.tls.get().port(), tls);
            }
        }
    }

    private void listen(InetAddress address, int port, @Nullable TlsReloader secure) throws Failure {
        try {
            connect(ListenSocket.open(address, port), secure);
        } catch (IOException e) {
            throw new Failure("can't listen on " + address.getHostAddress() + " port " + port + ": " + e.getMessage());
        }
    }

    private void connect(ServerSocketChannel socket, @Nullable TlsReloader secure) throws IOException {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setRequestHeaderSize(MAX_HEAD_BYTES);
        configuration.setSendServerVersion(false);
        configuration.setHttpCompliance(HttpCompliance.RFC7230_LEGACY);
        configuration.setUriCompliance(UriCompliance.UNSAFE);
        RawTargetConnection.Factory http = new RawTargetConnection.Factory(configuration);
        DirectConnector connector;
        if (secure == null) {
            connector = new DirectConnector(server, SELECTORS, http);
        } else {
            configuration.addCustomizer(new SecureRequestCustomizer(false));
            connector = new DirectConnector(
                    server, SELECTORS, new SslConnectionFactory(secure.factory(), http.getProtocol()), http);
        }
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.setShutdownIdleTimeout(STOP_MILLIS);
        connector.addBean(connections);
        connector.open(socket);
        server.addConnector(connector);
    }

    /** The port of each address, in the order of {@code start}. */
    public List<Integer> ports() {
        return List.of(server.getConnectors()).stream()
                .map(connector -> ((ServerConnector) connector).getLocalPort())
                .toList();
    }

    /** How many connections are open. */
    public int connections() {
        return connections.size();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("stopping HTTP: {}", e.getMessage());
        }
        waiting.shutdownNow();
        connections.close();
        if (tls != null) {
            tls.close();
        }
    }

    /** What Jetty refuses by itself, in two lines of text. */
    private static boolean writeRefusal(Request request, Response response, Callback callback) {
        write(request, response, callback, Answer.error(response.getStatus(), "not acceptable"));
        return true;
    }

    private static void write(Request request, Response response, Callback callback, Answer answer) {
        Bytes body = answer.body();
        response.setStatus(answer.status());
        answer.mac().ifPresent(mac -> response.getHeaders().put(RpcSession.HEADER, RpcSession.headerValue(mac)));
        answer.retryAfterSeconds().ifPresent(seconds -> response.getHeaders().put(HttpHeader.RETRY_AFTER, seconds));
        Optional<String> reason = answer.reason();
        if (reason.isPresent()) {
            // Compat: the original's client shows the reason in the status line.
            request.addHttpStreamWrapper(stream -> new ReasonStream(stream, reason.get()));
            body = Bytes.ofLatin1(reason.get() + "\n");
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
        }
        if (answer.status() != Answer.NO_CONTENT) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.size());
        }
        response.write(true, ByteBuffer.wrap(body.toArray()), callback);
    }

    /** Puts a reason into the status line. */
    private static final class ReasonStream extends HttpStream.Wrapper {
        private final String reason;

        ReasonStream(HttpStream stream, String reason) {
            super(stream);
            this.reason = reason;
        }

        @Override
        public void send(
                MetaData.Request request,
                MetaData.Response response,
                boolean last,
                ByteBuffer body,
                Callback callback) {
            MetaData.Response named = response == null
                    ? null
                    : new MetaData.Response(
                            response.getStatus(),
                            reason,
                            response.getHttpVersion(),
                            response.getHttpFields(),
                            response.getContentLength(),
                            response.getTrailersSupplier());
            super.send(request, named, last, body, callback);
        }
    }

    /** All connectors of a server. */
    private static final class ConnectorGate implements Connections.Gate {
        private final Server server;
        private volatile boolean on = true;

        ConnectorGate(Server server) {
            this.server = server;
        }

        @Override
        public synchronized void set(boolean accept) {
            if (on != accept) {
                on = accept;
                for (Connector connector : server.getConnectors()) {
                    ((DirectConnector) connector).letIn(accept);
                }
            }
        }

        @Override
        public boolean isOn() {
            return on;
        }
    }

    /** Tells each connection whose turn it is; whoever answers says when they begin to work. */
    private static final class TimedHandler extends Handler.Wrapper {
        TimedHandler(Handler handler) {
            super(handler);
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            RawTargetConnection connection = RawTargetConnection.of(request);
            connection.beginExchange();
            Request.addCompletionListener(request, failure -> connection.endExchange());
            return super.handle(request, new TimedResponse(request, response, connection), callback);
        }
    }

    private static final class TimedResponse extends Response.Wrapper {
        private final RawTargetConnection connection;

        TimedResponse(Request request, Response response, RawTargetConnection connection) {
            super(request, response);
            this.connection = connection;
        }

        @Override
        public void write(boolean last, ByteBuffer content, Callback callback) {
            connection.beginAnswer();
            super.write(last, content, callback);
        }
    }

    /** Turns HTTP into calls. */
    private static final class CallHandler extends Handler.Abstract {
        private final Service service;
        private final ThreadPoolExecutor waiting;
        private final boolean everyCallWaits;

        CallHandler(Service service, ThreadPoolExecutor waiting, boolean everyCallWaits) {
            super(InvocationType.NON_BLOCKING);
            this.service = service;
            this.waiting = waiting;
            this.everyCallWaits = everyCallWaits;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            RpcRequest call = read(request);
            // Nobody looks at a body.
            RawTargetConnection.of(request).beginWork();
            if (RpcDispatch.mayWait(call.target())) {
                try {
                    waiting.execute(() -> answer(call, request, response, callback));
                } catch (RejectedExecutionException e) {
                    write(request, response, callback, Answer.tooMany(FULL_WAIT));
                }
            } else if (everyCallWaits || RpcDispatch.changesState(call.target())) {
                request.getContext().execute(() -> answer(call, request, response, callback));
            } else {
                answer(call, request, response, callback);
            }
            return true;
        }

        private void answer(RpcRequest call, Request request, Response response, Callback callback) {
            Answer answer;
            try {
                answer = service.apply(call);
            } catch (RuntimeException e) {
                String path = call.target().split("\\?", 2)[0];
                LOG.error("{}: {}", path, e.toString());
                LOG.debug("{}", path, e);
                answer = Answer.error(Answer.SERVER_ERROR, "internal error");
            }
            write(request, response, callback, answer);
        }

        private static RpcRequest read(Request request) {
            RawTargetConnection connection = RawTargetConnection.of(request);
            return new RpcRequest(
                    request.getMethod(),
                    connection.target(),
                    Optional.ofNullable(request.getHeaders().get(RpcSession.HEADER)),
                    caller(request));
        }
    }

    static Caller caller(Request request) {
        return Caller.of(
                        address(request.getConnectionMetaData().getRemoteSocketAddress()),
                        request.getHeaders()::getValuesList)
                .withCertificate(certificateSubject(request));
    }

    /** Whom the certificate names that the client showed and our authority for clients signed. */
    private static Optional<String> certificateSubject(Request request) {
        EndPoint.SslSessionData session =
                RawTargetConnection.of(request).getEndPoint().getSslSessionData();
        if (session == null || session.sslSession() == null) {
            return Optional.empty();
        }
        try {
            Certificate[] shown = session.sslSession().getPeerCertificates();
            return shown.length > 0 && shown[0] instanceof X509Certificate first
                    ? Optional.of(first.getSubjectX500Principal().getName())
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            // It showed none.
            return Optional.empty();
        }
    }

    static String address(SocketAddress peer) {
        if (peer instanceof InetSocketAddress inet && inet.getAddress() != null) {
            String text = inet.getAddress().getHostAddress();
            int zone = text.indexOf('%');
            String address = zone < 0 ? text : text.substring(0, zone);
            return Origins.canonical(address).orElse(address);
        }
        return "";
    }
}
