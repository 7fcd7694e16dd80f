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
 * one, and whose turn it is since when.
 */
final class RawTargetConnection extends HttpConnection {
    private String target = "";
    private volatile Turn turn = Turn.HEAD;
    private volatile long sinceNanos = System.nanoTime();
    private volatile long turnNanos = sinceNanos;
    private volatile boolean hasAnswered;

    /** Whom the connection waits for. */
    private enum Turn {
        /** The client, to send the head of a request. */
        HEAD,
        /** The client, to send the body. */
        BODY,
        /** Us, who have all that the answer needs. */
        WORK,
        /** The client, to read the answer. */
        ANSWER
    }

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
    void beginExchange() {
        sinceNanos = System.nanoTime();
        turnNanos = sinceNanos;
        turn = Turn.BODY;
    }

    /** All that the answer needs is there. */
    void beginWork() {
        turn = Turn.WORK;
    }

    /** The answer is about to be sent. */
    void beginAnswer() {
        turnNanos = System.nanoTime();
        turn = Turn.ANSWER;
    }

    /** The answer is complete, or failed. */
    void endExchange() {
        sinceNanos = System.nanoTime();
        turnNanos = sinceNanos;
        hasAnswered = true;
        turn = Turn.HEAD;
    }

    /** Whether a request's head is there, and its answer not sent yet. */
    boolean isExchanging() {
        return turn != Turn.HEAD;
    }

    /** Whether we are at work on an answer, so that the client can do nothing but wait. */
    boolean isWorking() {
        return turn == Turn.WORK;
    }

    /** Whether it had an answer already. */
    boolean hasAnswered() {
        return hasAnswered;
    }

    /** Since when it has been in an exchange, or waiting for one. */
    long sinceNanos() {
        return sinceNanos;
    }

    /** Since when the client has had to send a head, or a body, or to read an answer. */
    long turnNanos() {
        return turnNanos;
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
