package net.re6st.node.os;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import net.re6st.core.port.Cryptography;
import net.re6st.core.port.PeerCertificate;
import net.re6st.core.port.Ticket;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.Credentials;
import net.re6st.crypto.Rsa;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.wire.PackedInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RSA in two threads, so that ten milliseconds of it never delay the loop. The work of one ticket stays in one thread and
 * hence in order.
 */
public final class CryptographyPool implements Cryptography {
    private static final Logger LOG = LoggerFactory.getLogger(CryptographyPool.class);
    private static final int THREADS = 2;
    private static final int MAX_WAITING = 256;

    private final EventLoop loop;
    private final Supplier<CertificateAuthority> authority;
    private final Supplier<Credentials> own;
    private final Events events;
    private final List<ExecutorService> threads = new ArrayList<>();
    private @Nullable SecureRandom secure;

    /** The outcomes, told in the loop: the events of the same names of the core's {@code Node}. */
    public interface Events {
        void onCertificateChecked(Ticket ticket, @Nullable PeerCertificate certificate);

        void onSealed(Ticket ticket, Bytes sealed, Bytes signature);

        void onOpened(Ticket ticket, @Nullable Bytes secret);

        void onVersionChecked(Ticket ticket, boolean valid);
    }

    /**
     * @param authority the CA as it is known at the time of each call
     * @param own our certificate and key, likewise
     */
    public CryptographyPool(
            EventLoop loop, Supplier<CertificateAuthority> authority, Supplier<Credentials> own, Events events) {
        this.loop = loop;
        this.authority = authority;
        this.own = own;
        this.events = events;
        for (int i = 0; i < THREADS; i++) {
            ThreadPoolExecutor thread = new ThreadPoolExecutor(
                    1, 1, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), Threads.named("rsa" + i));
            thread.allowCoreThreadTimeOut(true);
            threads.add(thread);
        }
    }

    @Override
    public void checkCertificate(Ticket ticket, Bytes der) {
        run(ticket, () -> check(der), checked -> events.onCertificateChecked(ticket, checked));
    }

    @Override
    public void seal(Ticket ticket, Bytes secret, PeerCertificate recipient) {
        run(
                ticket,
                () -> seal(secret, recipient),
                result -> events.onSealed(
                        ticket,
                        result == null ? Bytes.EMPTY : result.text,
                        result == null ? Bytes.EMPTY : result.signature));
    }

    @Override
    public void open(Ticket ticket, Bytes sealed, Bytes signature, PeerCertificate sender) {
        run(ticket, () -> open(sealed, signature, sender), secret -> events.onOpened(ticket, secret));
    }

    @Override
    public void checkVersion(Ticket ticket, Bytes version) {
        run(ticket, () -> verify(version), valid -> events.onVersionChecked(ticket, valid != null));
    }

    private record Sealed(Bytes text, Bytes signature) {}

    private @Nullable PeerCertificate check(Bytes der) {
        Optional<Certificate> parsed = Certificate.ofDer(der);
        if (parsed.isEmpty()) {
            return null;
        }
        Certificate certificate = parsed.get();
        CertificateAuthority.Verdict verdict = authority.get().strict(certificate, loop.now());
        if (!verdict.isValid() || certificate.prefix().isEmpty()) {
            LOG.debug("a peer's certificate is refused: {}", verdict.reason());
            return null;
        }
        return new PeerCertificate(
                certificate.prefix().get(),
                certificate.serial(),
                Moment.microsOf(certificate.notAfter()),
                certificate.fingerprint(),
                der);
    }

    private @Nullable Sealed seal(Bytes secret, PeerCertificate recipient) {
        Optional<Certificate> certificate = Certificate.ofDer(recipient.der());
        if (certificate.isEmpty()) {
            return null;
        }
        Bytes text = Rsa.encrypt(certificate.get().publicKey(), secret, secure());
        return new Sealed(text, own.get().sign(text));
    }

    private @Nullable Bytes open(Bytes sealed, Bytes signature, PeerCertificate sender) {
        return Certificate.ofDer(sender.der())
                .filter(certificate -> certificate.verify(sealed, signature))
                .flatMap(certificate -> own.get().decrypt(sealed))
                .orElse(null);
    }

    private @Nullable Boolean verify(Bytes version) {
        return PackedInteger.decode(version, 0)
                .filter(number -> authority.get().verify(version.slice(0, number.size()), version.from(number.size())))
                .map(number -> Boolean.TRUE)
                .orElse(null);
    }

    /** Does {@code work} elsewhere; a failure of any kind counts as "not valid", as the input is a stranger's. */
    private <T> void run(Ticket ticket, Supplier<@Nullable T> work, java.util.function.Consumer<@Nullable T> outcome) {
        try {
            threads.get(Math.floorMod(ticket.number(), THREADS)).execute(() -> {
                T result = attempt(work);
                loop.post(() -> outcome.accept(result));
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("too many cryptographic operations are waiting");
            loop.post(() -> outcome.accept(null));
        }
    }

    private static <T> @Nullable T attempt(Supplier<@Nullable T> work) {
        try {
            return work.get();
        } catch (RuntimeException | Error e) {
            // Whoever waits must be told, or waits for ever.
            LOG.warn("a cryptographic operation failed", e);
            return null;
        }
    }

    private synchronized SecureRandom secure() {
        if (secure == null) {
            secure = new SecureRandom();
        }
        return secure;
    }
}
