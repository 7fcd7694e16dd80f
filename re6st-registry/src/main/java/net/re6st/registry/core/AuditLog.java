package net.re6st.registry.core;

import java.util.List;
import java.util.Optional;
import net.re6st.net.Bytes;
import net.re6st.registry.port.Actor;
import net.re6st.registry.port.AuditHead;
import net.re6st.registry.port.AuditRow;
import net.re6st.registry.port.AuditRow.Act;
import net.re6st.registry.port.CaKey;
import net.re6st.registry.port.Tx;
import net.re6st.registry.port.View;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the audit log: each row in the transaction of the act it tells about, so that neither is there without the other.
 *
 * <p>A log that somebody damaged does not stop the registry: it goes on after the highest number seen, with a row that says
 * what was found, and the damage stays visible.
 */
public final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final int MAX_TARGET = 300;
    private static final int MAX_DETAIL = 1000;
    private static final int REPLACEMENT = 0xfffd;

    private final Bytes sealKey;

    public AuditLog(CaKey caKey) {
        sealKey = AuditChain.sealKey(caKey);
    }

    /** Adds a row about what this transaction does. */
    public void record(Tx tx, Occasion occasion, Act act, String target, String detail) {
        Optional<AuditHead> head = tx.auditHead();
        Optional<AuditRow> last = last(tx);
        Optional<String> damage = damage(head, last);
        long number = Math.max(
                head.map(AuditHead::number).orElse(0L),
                last.map(AuditRow::number).orElse(0L));
        Bytes previous = head.map(AuditHead::hash)
                .or(() -> last.map(AuditRow::hash))
                .filter(hash -> hash.size() == AuditChain.HASH_BYTES)
                .orElse(AuditChain.GENESIS);
        if (number == 0 && act != Act.LOG_BEGUN) {
            previous = append(tx, 1, previous, occasion, Act.LOG_BEGUN, "", state(tx));
            number = 1;
        }
        if (damage.isPresent()) {
            LOG.warn("the audit log was damaged: {}", damage.get());
            number++;
            previous = append(tx, number, previous, occasion, Act.LOG_DAMAGED, "", damage.get());
        }
        append(tx, number + 1, previous, occasion, act, target, detail);
    }

    /** Begins the log of a database that has none. */
    void begin(Tx tx, Occasion occasion) {
        if (tx.auditHead().isEmpty() && last(tx).isEmpty()) {
            record(tx, occasion, Act.LOG_BEGUN, "", state(tx));
        }
    }

    private static String state(View view) {
        return "last serial " + view.lastSerial() + ", " + view.nodes().size() + " nodes";
    }

    private static Optional<AuditRow> last(View view) {
        List<AuditRow> rows = view.auditBefore(Long.MAX_VALUE, 1);
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(0));
    }

    private Optional<String> damage(Optional<AuditHead> head, Optional<AuditRow> last) {
        if (head.isEmpty()) {
            return last.map(row -> "the record of its last row is missing");
        }
        if (last.isEmpty() || last.get().number() != head.get().number()) {
            String lastRow = last.map(row -> "row " + row.number()).orElse("nothing");
            return Optional.of(
                    "it ends with " + lastRow + " instead of row " + head.get().number());
        }
        if (!last.get().hash().equals(head.get().hash())) {
            return Optional.of("row " + last.get().number() + " is not the one that was written last");
        }
        return AuditChain.isSealed(sealKey, head.get())
                ? Optional.empty()
                : Optional.of("row " + last.get().number() + " was not written with this CA's key");
    }

    private Bytes append(Tx tx, long number, Bytes previous, Occasion occasion, Act act, String target, String detail) {
        AuditRow row = new AuditRow(
                number,
                occasion.unixSeconds(),
                act.text(),
                plain(target, MAX_TARGET),
                plain(detail, MAX_DETAIL),
                plain(occasion.actor()),
                Bytes.EMPTY);
        Bytes hash = AuditChain.hash(previous, row);
        tx.appendAudit(
                new AuditRow(number, row.unixSeconds(), row.act(), row.target(), row.detail(), row.actor(), hash),
                AuditChain.seal(sealKey, number, hash));
        return hash;
    }

    private static Actor plain(Actor actor) {
        return new Actor(
                plain(actor.kind(), MAX_TARGET), plain(actor.name(), MAX_TARGET), plain(actor.address(), MAX_TARGET));
    }

    /** Text that reads back as it was written: damaged text turns into replacement characters. */
    static String plain(String text, int max) {
        StringBuilder plain = new StringBuilder();
        text.codePoints()
                .limit(max)
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE || c == REPLACEMENT
                        ? '?'
                        : c)
                .forEach(plain::appendCodePoint);
        return plain.toString();
    }
}
