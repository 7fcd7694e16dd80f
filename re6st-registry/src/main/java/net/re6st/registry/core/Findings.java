package net.re6st.registry.core;

import java.util.ArrayList;
import java.util.List;

/** A list of findings that does not grow without end: a file of noise has as many as it has rows. */
final class Findings {
    private static final int MAX = 1000;

    private final List<Finding> list = new ArrayList<>();
    private boolean isCut;

    void add(String where, String problem) {
        if (list.size() < MAX) {
            list.add(new Finding(where, problem));
        } else if (!isCut) {
            isCut = true;
            list.add(new Finding("...", "there is more: only the first " + MAX + " findings are listed"));
        }
    }

    void addUnless(boolean good, String where, String problem) {
        if (!good) {
            add(where, problem);
        }
    }

    List<Finding> list() {
        return List.copyOf(list);
    }
}
