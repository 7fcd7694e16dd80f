package net.re6st.registry.core;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.re6st.registry.port.DatabaseContent;
import net.re6st.registry.port.DatabaseContent.Cell;

/**
 * The rules for what is kept about certificates so that none has to be parsed. It follows from them, and a start of the
 * registry brings it up to date when the original has changed the tree meanwhile.
 */
final class LookupRules {
    private static final String TABLE = "re6st_certificate";
    private static final String STALE =
            "differs from the certificate: the next start of the registry brings it up to date";

    private final DatabaseContent content;
    private final BlockRules blocks;
    private final Findings findings;
    private final Set<String> seen = new HashSet<>();
    private final Set<Long> subjectSerials = new HashSet<>();

    LookupRules(DatabaseContent content, BlockRules blocks, Findings findings) {
        this.content = content;
        this.blocks = blocks;
        this.findings = findings;
    }

    void check() {
        List<String> columns = List.of("prefix", "serial", "subject_serial", "not_after", "pem_tail");
        content.forEach(TABLE, columns, this::take);
        for (String bits : blocks.nodes().keySet()) {
            findings.addUnless(
                    seen.contains(bits), TABLE + " " + bits, "missing: the next start of the registry adds it");
        }
        checkStart();
    }

    private void take(List<Cell> row) {
        String bits = row.get(0).text();
        String where = TABLE + " " + bits;
        seen.add(bits);
        BlockRules.Node node = blocks.nodes().get(bits);
        if (node == null) {
            findings.add(where, "there is no such node");
            return;
        }
        Optional<Long> subjectSerial = node.certificate().subjectSerial().isPresent()
                ? Optional.of(node.certificate().subjectSerial().getAsLong())
                : Optional.empty();
        row.get(2).asLong().ifPresent(subjectSerials::add);
        boolean same = row.get(1).text().equals(node.certificate().serial().toString())
                && row.get(2).asLong().equals(subjectSerial)
                && row.get(2).isNull() == subjectSerial.isEmpty()
                && row.get(3)
                        .asLong()
                        .equals(Optional.of(node.certificate().notAfter().getEpochSecond()))
                && row.get(4)
                        .asText()
                        .filter(tail -> !tail.isEmpty() && node.pem().endsWith(tail))
                        .isPresent();
        findings.addUnless(same, where, STALE);
    }

    private void checkStart() {
        content.forEach("re6st_subject_serial", List.of("used_below"), row -> {
            long usedBelow = row.get(0).asLong().orElse(-1L);
            boolean good = usedBelow >= 0 && usedBelow <= subjectSerials.size();
            for (long serial = 0; good && serial < usedBelow; serial++) {
                good = subjectSerials.contains(serial);
            }
            findings.addUnless(good, "re6st_subject_serial", "says that free numbers are used");
        });
    }
}
