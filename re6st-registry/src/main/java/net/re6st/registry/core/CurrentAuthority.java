package net.re6st.registry.core;

import java.time.Duration;
import java.util.Optional;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.net.Moment;
import net.re6st.registry.port.Tx;
import net.re6st.registry.port.View;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which certificate of the CA counts: of that in the file and that in the database the one that ends last, so that a renewed
 * one reaches every process that uses the database. Decides when its end is near. Any thread.
 */
public final class CurrentAuthority {
    private static final Logger LOG = LoggerFactory.getLogger(CurrentAuthority.class);

    /** So long before its end administrators are warned; nodes renew it in its last thirty days. */
    public static final Duration WARNING = Duration.ofDays(60);

    private volatile CertificateAuthority authority;

    public CurrentAuthority(CertificateAuthority authority) {
        this.authority = authority;
    }

    public CertificateAuthority authority() {
        return authority;
    }

    public long endUnixSeconds() {
        return authority.certificate().notAfter().getEpochSecond();
    }

    /** What time is left, less than nothing after the end. */
    public Duration remaining(Moment now) {
        return Duration.between(now.wall(), authority.certificate().notAfter());
    }

    public boolean isEnding(Moment now) {
        return remaining(now).compareTo(WARNING) < 0;
    }

    /** What an administrator has to be told, when the end is near. */
    public Optional<String> warning(Moment now) {
        if (!isEnding(now)) {
            return Optional.empty();
        }
        Duration remaining = remaining(now);
        String end = authority.certificate().notAfter().toString();
        String what = remaining.isNegative()
                ? "the CA's certificate ended on " + end + ": no node can connect any more"
                : "the CA's certificate ends in " + remaining.toDays() + " days, on " + end
                        + ": after that no node can connect";
        return Optional.of(what + "; renew it with re6st-registry ca renew");
    }

    /** Why this database can't be used with this CA. */
    public Optional<String> conflict(View view) {
        return view.authority()
                .filter(pem -> CertificateAuthority.ofPem(pem)
                        .filter(stored -> stored.isSameAs(authority))
                        .isEmpty())
                .map(pem -> "the database belongs to another CA: its key, network or name differs");
    }

    /** Takes the certificate of the database if it ends later. */
    public void take(Optional<String> storedPem) {
        storedPem
                .filter(pem -> !pem.equals(authority.certificate().pem()))
                .flatMap(CertificateAuthority::ofPem)
                .filter(stored -> stored.isSameAs(authority)
                        && stored.certificate()
                                .notAfter()
                                .isAfter(authority.certificate().notAfter()))
                .ifPresent(stored -> {
                    authority = stored;
                    LOG.info(
                            "the CA's certificate is that of the database, until {}",
                            stored.certificate().notAfter());
                });
    }

    /** Brings both together. */
    void settle(Tx tx) {
        take(tx.authority());
        String pem = authority.certificate().pem();
        if (!tx.authority().equals(Optional.of(pem))) {
            tx.setAuthority(pem);
        }
    }
}
