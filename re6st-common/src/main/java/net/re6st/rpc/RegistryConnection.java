package net.re6st.rpc;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import net.re6st.net.Bytes;

/**
 * One TCP connection per request to a registry, TLS for https. The exchange as a whole is limited in time, however slowly
 * the other side sends. Why no HTTP library: docs/decisions/0010.
 */
final class RegistryConnection implements Registries.Transport {
    private static final int BUFFER_BYTES = 8192;

    private final RegistryUrl url;
    private final Optional<TlsTrust> trust;
    private final int connectMillis;

    /** {@code toConnect} is how long each address of the host may take to accept a connection. */
    RegistryConnection(RegistryUrl url, Optional<TlsTrust> trust, Duration toConnect) {
        this.url = url;
        this.trust = trust;
        this.connectMillis = (int) toConnect.toMillis();
    }

    @Override
    public InputStream exchange(Bytes request, Duration limit) throws IOException {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        Socket socket = open(deadlineNanos);
        try {
            socket.getOutputStream().write(request.toArray());
            return new BufferedInputStream(new LimitedStream(socket, deadlineNanos), BUFFER_BYTES);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private Socket open(long deadlineNanos) throws Registries.NotSentException {
        try {
            Socket socket = connect(deadlineNanos);
            try {
                return url.https() ? Tls.wrap(socket, url, trust, remainingMillis(deadlineNanos)) : socket;
            } catch (IOException | RuntimeException e) {
                socket.close();
                throw e;
            }
        } catch (UnknownHostException e) {
            throw new Registries.NotSentException("unknown host: " + e.getMessage());
        } catch (IOException e) {
            throw new Registries.NotSentException(String.valueOf(e.getMessage()));
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
                socket.connect(new InetSocketAddress(addresses[i], url.port()), Math.min(share, connectMillis));
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
