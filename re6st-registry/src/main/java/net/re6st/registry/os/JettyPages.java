package net.re6st.registry.os;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import net.re6st.net.Bytes;
import net.re6st.registry.web.PageRequest;
import net.re6st.registry.web.PageResponse;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves pages over HTTP, on threads that may wait; what is no page is left to the calls. */
final class JettyPages extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(JettyPages.class);

    private static final int SERVER_ERROR = 500;
    private static final int TOO_LARGE = 413;
    private static final int BUSY = 503;

    private final JettyServer.PageService service;
    private final Executor waiting;

    JettyPages(JettyServer.PageService service, Executor waiting) {
        this.service = service;
        this.waiting = waiting;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        RawTargetConnection connection =
                (RawTargetConnection) request.getConnectionMetaData().getConnection();
        String target = connection.target();
        if (!service.takes(request.getMethod(), target)) {
            return false;
        }
        try {
            waiting.execute(() -> write(answer(request, target), response, callback));
        } catch (RejectedExecutionException e) {
            write(PageResponse.text(BUSY, "too many at once, try again in a moment"), response, callback);
        }
        return true;
    }

    private PageResponse answer(Request request, String target) {
        try (InputStream in = Content.Source.asInputStream(request)) {
            byte[] body = in.readNBytes(PageRequest.MAX_BODY_BYTES + 1);
            if (body.length > PageRequest.MAX_BODY_BYTES) {
                return PageResponse.text(TOO_LARGE, "the form is too large");
            }
            return service.answer(PageRequest.of(
                    request.getMethod(),
                    target,
                    request.getHeaders()::getValuesList,
                    Bytes.copyOf(body),
                    JettyServer.address(request.getConnectionMetaData().getRemoteSocketAddress()),
                    request.isSecure()));
        } catch (IOException | RuntimeException e) {
            String path = target.split("\\?", 2)[0];
            LOG.error("{}: {}", path, e.toString());
            LOG.debug("{}", path, e);
            return PageResponse.text(SERVER_ERROR, "internal error");
        }
    }

    private static void write(PageResponse page, Response response, Callback callback) {
        response.setStatus(page.status());
        page.headers().forEach(response.getHeaders()::put);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, page.body().size());
        response.write(true, ByteBuffer.wrap(page.body().toArray()), callback);
    }
}
