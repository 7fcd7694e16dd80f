package net.re6st.registry.os;

import java.io.IOException;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.internal.HttpConnection;

/**
 * An HTTP connection that remembers the request's target as it was sent, because HMACs cover it and Jetty's URI is a parsed
 * one, and since when it has been waiting for a request or answering one.
 */
final class RawTargetConnection extends HttpConnection {
    private String target = "";
    private volatile boolean answering;
    private volatile long sinceNanos = System.nanoTime();

    private RawTargetConnection(HttpConfiguration configuration, Connector connector, EndPoint endPoint) {
        super(configuration, connector, endPoint);
    }

    /** The connection that a request came over. */
    static RawTargetConnection of(Request request) {
        return (RawTargetConnection) request.getConnectionMetaData().getConnection();
    }

    /** The target of the request under way. */
    String target() {
        return target;
    }

    /** The head of a request is complete. */
    void beginAnswer() {
        sinceNanos = System.nanoTime();
        answering = true;
    }

    /** The answer is complete, or failed. */
    void endAnswer() {
        sinceNanos = System.nanoTime();
        answering = false;
    }

    boolean isAnswering() {
        return answering;
    }

    /** Since when it has been answering, or waiting for a request. */
    long sinceNanos() {
        return sinceNanos;
    }

    /** Ends the connection, whatever it is doing. */
    void giveUp(String reason) {
        getEndPoint().close(new IOException(reason));
    }

    @Override
    public void onFillable() {
        ((AfterReadingPool) getServer().getThreadPool()).whileReading(super::onFillable);
    }

    @Override
    protected HttpStreamOverHTTP1 newHttpStream(String method, String uri, HttpVersion version) {
        target = uri == null ? "" : uri;
        return super.newHttpStream(method, uri, version);
    }

    /** Makes such connections. */
    static final class Factory extends HttpConnectionFactory {
        Factory(HttpConfiguration configuration) {
            super(configuration);
        }

        @Override
        public Connection newConnection(Connector connector, EndPoint endPoint) {
            RawTargetConnection connection = new RawTargetConnection(getHttpConfiguration(), connector, endPoint);
            return configure(connection, connector, endPoint);
        }
    }
}
