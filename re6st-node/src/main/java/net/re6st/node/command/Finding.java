package net.re6st.node.command;

import java.util.List;
import java.util.Locale;
import net.re6st.config.Value;
import net.re6st.node.control.Fields;

/** One result of one of the doctor's checks; {@code remedy} says what to do, and is empty where there is nothing to do. */
record Finding(String check, Level level, String text, String remedy) {
    /** How bad it is, growing. */
    enum Level {
        OK,
        /** It could not be looked at; {@code text} says why. */
        SKIPPED,
        WARNING,
        ERROR
    }

    static Finding ok(String check, String text) {
        return new Finding(check, Level.OK, text, "");
    }

    static Finding skipped(String check, String text) {
        return new Finding(check, Level.SKIPPED, text, "");
    }

    static Finding warning(String check, String text, String remedy) {
        return new Finding(check, Level.WARNING, text, remedy);
    }

    static Finding error(String check, String text, String remedy) {
        return new Finding(check, Level.ERROR, text, remedy);
    }

    /** The worst of all. */
    static Level worst(List<Finding> findings) {
        return findings.stream().map(Finding::level).max(Enum::compareTo).orElse(Level.OK);
    }

    Value json() {
        return new Fields()
                .put("check", check)
                .put("level", level.name().toLowerCase(Locale.ROOT))
                .put("text", text)
                .put("remedy", remedy.isEmpty() ? null : remedy)
                .value();
    }
}
