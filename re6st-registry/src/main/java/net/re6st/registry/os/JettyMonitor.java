package net.re6st.registry.os;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import net.re6st.net.Bytes;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the paths for those who watch the registry; everything else is left to others. */
final class JettyMonitor extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(JettyMonitor.class);

    private static final int SERVER_ERROR = 500;
    private static final int BUSY = 503;

    private final JettyServer.Monitor monitor;
    private final Executor waiting;

    JettyMonitor(JettyServer.Monitor monitor, Executor waiting) {
        super(InvocationType.NON_BLOCKING);
        this.monitor = monitor;
        this.waiting = waiting;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = RawTargetConnection.of(request).target();
        if (!monitor.takes(request.getMethod(), path)) {
            return false;
        }
        RawTargetConnection.of(request).beginWork();
        if (monitor.mayWait(path)) {
            try {
                waiting.execute(() -> write(answer(path, request), response, callback));
            } catch (RejectedExecutionException e) {
                write(text(BUSY, "too many at once"), response, callback);
            }
        } else {
            write(answer(path, request), response, callback);
        }
        return true;
    }

    private JettyServer.Report answer(String path, Request request) {
        try {
            String accept = request.getHeaders().get(HttpHeader.ACCEPT);
            return monitor.answer(path, JettyServer.caller(request), accept == null ? "" : accept);
        } catch (StoreUnavailable e) {
            return text(BUSY, "the database can't be reached");
        } catch (RuntimeException e) {
            LOG.error("{}: {}", path, e.toString());
            LOG.debug("{}", path, e);
            return text(SERVER_ERROR, "internal error");
        }
    }

    private static JettyServer.Report text(int status, String text) {
        return new JettyServer.Report(status, "text/plain", Bytes.ofLatin1(text + "\n"));
    }

    private static void write(JettyServer.Report report, Response response, Callback callback) {
        response.setStatus(report.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, report.contentType());
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, report.body().size());
        response.write(true, ByteBuffer.wrap(report.body().toArray()), callback);
    }
}
