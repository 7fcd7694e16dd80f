package net.re6st.registry.os;

import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import net.re6st.cli.Failure;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What HTTPS is served with, renewed when the files change: certificates are replaced every few weeks by programs that know
 * nothing of us. Files that don't fit together leave everything as it was. Owns a thread.
 */
final class TlsReloader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsReloader.class);

    private final TlsFiles files;
    private final SslContextFactory.Server factory = new SslContextFactory.Server();
    private final ScheduledExecutorService watch =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "tls-files"));
    private List<FileTime> seen;

    /** Reads the files, and looks at them again and again. */
    TlsReloader(TlsFiles files, Duration pause) throws Failure {
        this.files = files;
        this.seen = files.times();
        use(factory, files.read());
        factory.setWantClientAuth(files.asksForClientCertificates());
        // We are reached by names and addresses that a certificate needs not know: whoever asks checks it.
        factory.setSniRequired(false);
        ScheduledFuture<?> unused =
                watch.scheduleWithFixedDelay(this::look, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    SslContextFactory.Server factory() {
        return factory;
    }

    private static void use(SslContextFactory factory, TlsFiles.Content content) {
        factory.setKeyStore(content.own());
        factory.setKeyStorePassword("");
        content.clients().ifPresent(factory::setTrustStore);
    }

    private void look() {
        List<FileTime> times = files.times();
        if (times.equals(seen)) {
            return;
        }
        try {
            TlsFiles.Content content = files.read();
            factory.reload(ssl -> use(ssl, content));
            seen = times;
            LOG.info("HTTPS is served with the new {}", files);
        } catch (Failure e) {
            // Certificate and key are replaced one after the other; said once if it stays so.
            LOG.warn("HTTPS is still served with the old certificate: {}", e.getMessage());
            seen = times;
        } catch (Exception e) {
            LOG.error("HTTPS is still served with the old certificate: {}", e.toString());
            seen = times;
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
