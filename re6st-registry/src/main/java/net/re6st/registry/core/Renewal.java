package net.re6st.registry.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import net.re6st.crypto.Certificate;
import net.re6st.net.Prefix;
import net.re6st.registry.port.AuditRow.Act;
import net.re6st.registry.port.CertificateRow;
import net.re6st.registry.port.RegistryStore;
import net.re6st.registry.port.SupersededRow;
import net.re6st.registry.port.View;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides when a node gets another certificate: at the end of the old one's life, or after it was revoked by serial. */
final class Renewal {
    private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);
    private static final Duration EARLY = Duration.ofDays(30);

    /** What a renewal must gain; near the end of the CA there is nothing to be gained. */
    private static final Duration MIN_GAIN = Duration.ofDays(1);

    private final RegistryStore store;
    private final CertificateIssuer issuer;
    private final AuditLog audit;

    Renewal(RegistryStore store, CertificateIssuer issuer, AuditLog audit) {
        this.store = store;
        this.issuer = issuer;
        this.audit = audit;
    }

    Answer renew(Prefix client, Occasion occasion) {
        long nowUnixSeconds = occasion.unixSeconds();
        Optional<String> current = store.read(view -> currentIfGood(view, client, nowUnixSeconds));
        if (current.isPresent()) {
            return Answer.of(current.get());
        }
        return store.transaction(tx -> {
            Optional<CertificateRow> row = tx.certificate(client);
            Optional<Certificate> old = row.map(CertificateRow::pem).flatMap(Certificate::ofPem);
            if (row.isEmpty() || old.isEmpty()) {
                return Answer.error(Answer.NOT_FOUND, "no certificate for this prefix");
            }
            if (isGood(tx, row.get(), nowUnixSeconds)) {
                return Answer.of(row.get().pem());
            }
            Optional<Answer> refusal = issuer.refusal(nowUnixSeconds);
            if (refusal.isPresent()) {
                return refusal.get();
            }
            long end = isEnding(row.get(), nowUnixSeconds)
                    ? issuer.endUnixSeconds(nowUnixSeconds)
                    : row.get().endUnixSeconds();
            CertificateRow renewed = issuer.renew(tx, client, old.get(), nowUnixSeconds, end);
            tx.addSuperseded(
                    new SupersededRow(row.get().serial(), client, row.get().endUnixSeconds()));
            LOG.info(
                    "certificate {} of {} replaces {}",
                    renewed.serial(),
                    client,
                    row.get().serial());
            String detail = "serial " + renewed.serial() + " replaces "
                    + row.get().serial() + "; until " + Instant.ofEpochSecond(renewed.endUnixSeconds());
            audit.record(tx, occasion, Act.CERTIFICATE_RENEWED, client.cn(), detail);
            return Answer.of(renewed.pem());
        });
    }

    private Optional<String> currentIfGood(View view, Prefix client, long nowUnixSeconds) {
        return view.certificate(client)
                .filter(row -> isGood(view, row, nowUnixSeconds))
                .map(CertificateRow::pem);
    }

    private boolean isGood(View view, CertificateRow row, long nowUnixSeconds) {
        return !isEnding(row, nowUnixSeconds) && !view.isRevoked(row.serial());
    }

    private boolean isEnding(CertificateRow row, long nowUnixSeconds) {
        boolean isLate = row.endUnixSeconds() - EARLY.toSeconds() < nowUnixSeconds;
        return isLate && row.endUnixSeconds() + MIN_GAIN.toSeconds() <= issuer.endUnixSeconds(nowUnixSeconds);
    }
}
