package net.re6st.node.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.re6st.node.command.Finding.Level;

/** What tests expect of what a check found. */
final class FoundFindings {
    private FoundFindings() {}

    static Finding only(List<Finding> findings) {
        assertThat(findings).hasSize(1);
        return findings.get(0);
    }

    static void found(Level level, String text, List<Finding> findings) {
        assertThat(findings).anySatisfy(finding -> {
            assertThat(finding.level()).isEqualTo(level);
            assertThat(finding.text()).contains(text);
            assertThat(finding.remedy().isEmpty()).isEqualTo(level.compareTo(Level.SKIPPED) <= 0);
        });
    }
}
