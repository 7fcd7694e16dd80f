package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A command line that a test takes apart: what it does not name in the end is what it did not expect. */
public final class Words {
    private final List<String> left;

    public Words(List<String> words) {
        this.left = new ArrayList<>(words);
    }

    /** Removes the words {@code expected}, which must stand together. */
    public void take(String... expected) {
        assertThat(takeIfPresent(expected))
                .as("%s in %s", List.of(expected), left)
                .isTrue();
    }

    public boolean takeIfPresent(String... expected) {
        int at = Collections.indexOfSubList(left, List.of(expected));
        if (at >= 0) {
            left.subList(at, at + expected.length).clear();
        }
        return at >= 0;
    }

    /** Removes the last words, which must be {@code expected}. */
    public void takeEnd(List<String> expected) {
        int from = left.size() - expected.size();
        assertThat(from).as("length of %s", left).isNotNegative();
        assertThat(left.subList(from, left.size())).isEqualTo(expected);
        left.subList(from, left.size()).clear();
    }

    /** Removes words that may stand anywhere but together. */
    public void takeBlock(List<String> expected) {
        if (!expected.isEmpty()) {
            take(expected.toArray(String[]::new));
        }
    }

    /** Removes an option and returns its value. */
    public String value(String option) {
        return values(option, 1).get(0);
    }

    /** Removes an option and returns what follows it. */
    public List<String> values(String option, int count) {
        int at = left.indexOf(option);
        assertThat(at).as("%s in %s", option, left).isNotNegative();
        List<String> part = left.subList(at, at + count + 1);
        List<String> values = List.copyOf(part.subList(1, count + 1));
        part.clear();
        return values;
    }

    public boolean has(String option) {
        return left.contains(option);
    }

    /** Nothing is left. */
    public void end() {
        assertThat(left).isEmpty();
    }
}
