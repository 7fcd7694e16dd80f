package net.re6st.registry.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.re6st.config.Json;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import org.jspecify.annotations.Nullable;

/** What the audit log says about a new version of the parameters. */
final class ParameterChanges {
    private ParameterChanges() {}

    /** What differs between the texts of two versions. */
    static String describe(Optional<String> before, String after) {
        if (before.isEmpty()) {
            return "first version";
        }
        Map<String, Value> old = members(before.get());
        Map<String, Value> changed = members(after);
        Map<String, Value> all = new TreeMap<>(old);
        all.putAll(changed);
        List<String> changes = new ArrayList<>();
        for (String name : all.keySet()) {
            if (!text(old.get(name)).equals(text(changed.get(name)))) {
                changes.add(describe(name, Optional.ofNullable(old.get(name)), Optional.ofNullable(changed.get(name))));
            }
        }
        return changes.isEmpty() ? "the same parameters" : String.join("; ", changes);
    }

    private static String describe(String name, Optional<Value> before, Optional<Value> after) {
        if (name.equals(Parameter.CRL.text())) {
            return name + ": " + after.map(ParameterChanges::count).orElse(0) + " serials";
        }
        return name + ": " + before.map(Json::write).orElse("none") + " -> "
                + after.map(Json::write).orElse("none");
    }

    private static int count(Value value) {
        return value instanceof Value.Items items ? items.items().size() : 0;
    }

    private static String text(@Nullable Value value) {
        return value == null ? "" : Json.writeSorted(value);
    }

    private static Map<String, Value> members(String text) {
        return Json.parse(text)
                .filter(Value.Members.class::isInstance)
                .map(value -> ((Value.Members) value).members())
                .orElse(Map.of());
    }
}
