package net.re6st.lab.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** A few measured values: their median, and how they are printed. */
record Numbers(List<Double> values) {
    Numbers {
        values = List.copyOf(values);
    }

    static Numbers of(DoubleStream stream) {
        return new Numbers(stream.boxed().toList());
    }

    double median() {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** "9.8 s (9.5, 9.8, 10.1; target 10.0: reached)". */
    String text(String unit, double target) {
        String all =
                values.stream().map(v -> String.format(Locale.ROOT, "%.2f", v)).collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "%.2f %s (%s; target %.2f: %s)",
                median(),
                unit,
                all,
                target,
                median() <= target ? "reached" : "MISSED");
    }
}
