package net.re6st.registry.core;

import java.util.List;
import java.util.Optional;
import net.re6st.net.Bytes;
import net.re6st.registry.port.AuditHead;
import net.re6st.registry.port.AuditRow;
import net.re6st.registry.port.CaKey;
import net.re6st.registry.port.View;

/** Checks the audit log: every row as it was written, none missing, the last one that of the seal. */
public final class AuditCheck {
    private static final int PAGE = 1000;

    private final Findings findings = new Findings();
    private long rows;
    private long number;
    private Bytes stored = AuditChain.GENESIS;
    private Bytes computed = AuditChain.GENESIS;

    private AuditCheck() {}

    /** What was found; {@code isSealChecked}: whether there was a key to check the seal with. */
    public record Result(long rows, Optional<AuditHead> head, boolean isSealChecked, List<Finding> findings) {}

    /** A row and the hash that it had when somebody wrote it down. */
    public record Expected(long number, Bytes hash) {}

    /** Reads the whole log; the seal is checked with the CA's key if there is one. */
    public static Result check(View view, Optional<CaKey> caKey, Optional<Expected> expected) {
        AuditCheck check = new AuditCheck();
        // Not above 0: the number of a damaged row may be anything.
        List<AuditRow> page = view.auditAfter(Long.MIN_VALUE, PAGE);
        while (!page.isEmpty()) {
            page.forEach(check::take);
            page = view.auditAfter(page.get(page.size() - 1).number(), PAGE);
        }
        Optional<AuditHead> head = view.auditHead();
        check.checkHead(head, caKey);
        expected.ifPresent(wanted -> check.checkExpected(view, wanted));
        return new Result(check.rows, head, caKey.isPresent(), check.findings.list());
    }

    private static String name(long number) {
        return "audit row " + number;
    }

    private void take(AuditRow row) {
        rows++;
        if (row.number() > number + 1) {
            String last = row.number() > number + 2 ? " to " + (row.number() - 1) : "";
            findings.add(name(number + 1) + last, "missing");
        } else if (row.number() <= number) {
            findings.add(name(row.number()), "not a number of this log");
        }
        Bytes fromStored = AuditChain.hash(stored, row);
        Bytes fromComputed = AuditChain.hash(computed, row);
        // If only the hash of the row before was damaged, this one still fits what that hash must be.
        boolean good = row.hash().equals(fromStored) || row.hash().equals(fromComputed);
        boolean afterGap = row.number() != number + 1;
        if (!good) {
            findings.add(
                    name(row.number()), afterGap ? "does not follow row " + number : "was changed, or its hash was");
        }
        number = row.number();
        computed = good ? row.hash() : fromStored;
        stored = row.hash();
    }

    private void checkHead(Optional<AuditHead> head, Optional<CaKey> caKey) {
        if (head.isEmpty()) {
            findings.addUnless(rows == 0, "audit head", "missing: rows may be missing at the end");
            return;
        }
        long last = head.get().number();
        if (last > number) {
            findings.add(name(number + 1) + (last > number + 1 ? " to " + last : ""), "missing at the end");
        } else if (last < number) {
            findings.add(name(last + 1) + (number > last + 1 ? " to " + number : ""), "added without a seal");
        } else {
            findings.addUnless(
                    head.get().hash().equals(stored) || head.get().hash().equals(computed),
                    name(number),
                    "is not the one that was written last");
        }
        Optional<Boolean> isSealed = caKey.map(AuditChain::sealKey).map(key -> AuditChain.isSealed(key, head.get()));
        findings.addUnless(isSealed.orElse(true), "audit head", "not sealed with the key of this CA");
    }

    private void checkExpected(View view, Expected expected) {
        List<AuditRow> found = view.auditAfter(expected.number() - 1, 1);
        boolean same = !found.isEmpty()
                && found.get(0).number() == expected.number()
                && found.get(0).hash().equals(expected.hash());
        findings.addUnless(same, name(expected.number()), "is not the one that is expected");
    }
}
