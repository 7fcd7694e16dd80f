package net.re6st.registry.core;

import java.util.List;
import java.util.Optional;
import net.re6st.net.Prefix;
import net.re6st.registry.port.AuditRow.Act;
import net.re6st.registry.port.CertificateRow;
import net.re6st.registry.port.RegistryStore;
import net.re6st.registry.port.SupersededRow;
import net.re6st.registry.port.Tx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Excludes nodes. By CN: the certificate is revoked, the prefix is free and the session ends. By serial: only the
 * certificate is revoked, and its holder can have another. The registry's own node keeps its prefix: whoever has that is the
 * registry's node to everybody.
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

    /** By CN, unless its certificate is another than that with this serial by now. */
    Outcome revokeNode(String cn, String serial, Occasion occasion) {
        return Prefix.parseCn(cn)
                .map(prefix -> store.transaction(tx -> tx.certificate(prefix)
                                .filter(row -> !Long.toString(row.serial()).equals(serial))
                                .isPresent()
                        ? Outcome.error(
                                Answer.CONFLICT,
                                cn + " has another certificate by now, maybe another owner. Look at it again before you"
                                        + " revoke it.")
                        : revokeNode(tx, prefix, occasion)))
                .orElseGet(() -> Outcome.error(Answer.BAD_REQUEST, "this is no CN"));
    }

    private Outcome revokeNode(Tx tx, Prefix prefix, Occasion occasion) {
        Optional<CertificateRow> row = tx.certificate(prefix);
        if (row.isEmpty()) {
            return Outcome.error(Answer.NOT_FOUND, "no certificate for this CN");
        }
        if (tx.registryPrefix().filter(prefix::equals).isPresent()) {
            return Outcome.error(
                    Answer.CONFLICT,
                    "this is the registry's own node, whose prefix nobody else can have: revoke its serial "
                            + row.get().serial() + ", and it gets another certificate by itself");
        }
        List<SupersededRow> superseded = tx.superseded(prefix);
        tx.freeBlock(prefix);
        LOG.info("revoked {}, its prefix is free", prefix);
        StringBuilder serials = new StringBuilder(Long.toString(row.get().serial()));
        revoke(tx, row.get().serial(), row.get().endUnixSeconds(), occasion);
        // What a renewal replaced is still accepted, and its holder may have kept it.
        for (SupersededRow older : superseded) {
            revoke(tx, older.serial(), older.endUnixSeconds(), occasion);
            serials.append(", ").append(older.serial());
        }
        audit.record(tx, occasion, Act.NODE_REVOKED, prefix.cn(), "serial " + serials + "; the prefix is free");
        return new Outcome(Answer.EMPTY, publishing.publish(tx, occasion));
    }

    private Outcome revokeSerial(Tx tx, long serial, Occasion occasion) {
        Optional<SupersededRow> wanted = tx.prefixOfSerial(serial)
                .flatMap(tx::certificate)
                .map(row -> new SupersededRow(serial, row.prefix(), row.endUnixSeconds()))
                .or(() -> tx.superseded(serial));
        if (wanted.isEmpty()) {
            // A request that is repeated because its answer was lost is no error.
            return tx.isRevoked(serial)
                    ? new Outcome(Answer.EMPTY, false)
                    : Outcome.error(Answer.NOT_FOUND, "no certificate has this serial");
        }
        tx.forgetClash(wanted.get().prefix());
        LOG.info("revoked certificate {} of {}", serial, wanted.get().prefix());
        audit.record(
                tx, occasion, Act.CERTIFICATE_REVOKED, wanted.get().prefix().cn(), "serial " + serial);
        revoke(tx, serial, wanted.get().endUnixSeconds(), occasion);
        return new Outcome(Answer.EMPTY, publishing.publish(tx, occasion));
    }

    private static void revoke(Tx tx, long serial, long endUnixSeconds, Occasion occasion) {
        if (endUnixSeconds > occasion.unixSeconds()) {
            tx.revoke(serial, endUnixSeconds);
        }
    }
}
