package net.re6st.registry.os;

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
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
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
        super(InvocationType.NON_BLOCKING);
        this.service = service;
        this.waiting = waiting;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String target = RawTargetConnection.of(request).target();
        if (!service.takes(request.getMethod(), target)) {
            return false;
        }
        // No thread waits for a body: it may come in drips.
        Content.Source.asByteArrayAsync(
                request,
                PageRequest.MAX_BODY_BYTES,
                Promise.Invocable.from(
                        InvocationType.NON_BLOCKING,
                        body -> answerLater(request, target, response, callback, Bytes.copyOf(body)),
                        failure -> refuse(response, callback, failure)));
        return true;
    }

    private static void refuse(Response response, Callback callback, Throwable failure) {
        LOG.debug("the body of a request can't be read: {}", failure.toString());
        write(PageResponse.text(TOO_LARGE, "the form is too large"), response, callback);
    }

    private void answerLater(Request request, String target, Response response, Callback callback, Bytes body) {
        RawTargetConnection.of(request).beginWork();
        try {
            waiting.execute(() -> write(answer(request, target, body), response, callback));
        } catch (RejectedExecutionException e) {
            write(PageResponse.text(BUSY, "too many at once, try again in a moment"), response, callback);
        }
    }

    private PageResponse answer(Request request, String target, Bytes body) {
        try {
            return service.answer(PageRequest.of(
                    request.getMethod(),
                    target,
                    request.getHeaders()::getValuesList,
                    body,
                    JettyServer.caller(request),
                    request.isSecure()));
        } catch (StoreUnavailable e) {
            return PageResponse.text(BUSY, "the database can't be reached, try again in a moment");
        } catch (RuntimeException e) {
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
