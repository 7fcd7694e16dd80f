package net.re6st.registry.core;

import java.util.Optional;
import net.re6st.net.Prefix;
import net.re6st.registry.port.AuditRow.Act;
import net.re6st.registry.port.CertificateRow;
import net.re6st.registry.port.RegistryStore;
import net.re6st.registry.port.Tx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Excludes nodes. By CN: the certificate is revoked, the prefix is free and the session ends. By serial: only the
 * certificate is revoked, and its holder can have another.
 */
final class Revocation {
    private static final Logger LOG = LoggerFactory.getLogger(Revocation.class);
    private static final int MAX_SERIAL_DIGITS = 18;

    private final RegistryStore store;
    private final Publishing publishing;
    private final AuditLog audit;

    Revocation(RegistryStore store, Publishing publishing, AuditLog audit) {
        this.store = store;
        this.publishing = publishing;
        this.audit = audit;
    }

    /** Publishes the serials that are revoked by now; whether there is a new version. */
    @FunctionalInterface
    interface Publishing {
        boolean publish(Tx tx, Occasion occasion);
    }

    /** The answer, and whether there is a new version of the parameters. */
    record Outcome(Answer answer, boolean published) {
        static Outcome error(int status, String reason) {
            return new Outcome(Answer.error(status, reason), false);
        }
    }

    Outcome revoke(String cnOrSerial, Occasion occasion) {
        if (cnOrSerial.indexOf('/') >= 0) {
            return Prefix.parseCn(cnOrSerial)
                    .map(prefix -> store.transaction(tx -> revokeNode(tx, prefix, occasion)))
                    .orElseGet(() -> Outcome.error(Answer.BAD_REQUEST, "neither a CN nor a serial"));
        }
        boolean isSerial = !cnOrSerial.isEmpty()
                && cnOrSerial.length() <= MAX_SERIAL_DIGITS
                && cnOrSerial.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!isSerial) {
            return Outcome.error(Answer.BAD_REQUEST, "neither a CN nor a serial");
        }
        long serial = Long.parseLong(cnOrSerial);
        return store.transaction(tx -> revokeSerial(tx, serial, occasion));
    }

    private Outcome revokeNode(Tx tx, Prefix prefix, Occasion occasion) {
        Optional<CertificateRow> row = tx.certificate(prefix);
        if (row.isEmpty()) {
            return Outcome.error(Answer.NOT_FOUND, "no certificate for this CN");
        }
        tx.freeBlock(prefix);
        LOG.info("revoked {}, its prefix is free", prefix);
        String detail = "serial " + row.get().serial() + "; the prefix is free";
        audit.record(tx, occasion, Act.NODE_REVOKED, prefix.cn(), detail);
        return new Outcome(Answer.EMPTY, revoke(tx, row.get(), occasion));
    }

    private Outcome revokeSerial(Tx tx, long serial, Occasion occasion) {
        Optional<CertificateRow> row = tx.prefixOfSerial(serial).flatMap(tx::certificate);
        if (row.isEmpty()) {
            // A request that is repeated because its answer was lost is no error.
            return tx.isRevoked(serial)
                    ? new Outcome(Answer.EMPTY, false)
                    : Outcome.error(Answer.NOT_FOUND, "no certificate has this serial");
        }
        LOG.info("revoked certificate {} of {}", serial, row.get().prefix());
        audit.record(tx, occasion, Act.CERTIFICATE_REVOKED, row.get().prefix().cn(), "serial " + serial);
        return new Outcome(Answer.EMPTY, revoke(tx, row.get(), occasion));
    }

    private boolean revoke(Tx tx, CertificateRow row, Occasion occasion) {
        if (row.endUnixSeconds() > occasion.unixSeconds()) {
            tx.revoke(row.serial(), row.endUnixSeconds());
        }
        return publishing.publish(tx, occasion);
    }
}
