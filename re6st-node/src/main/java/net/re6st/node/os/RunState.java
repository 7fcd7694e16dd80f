package net.re6st.node.os;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.re6st.config.Json;
import net.re6st.config.Value;
import org.jspecify.annotations.Nullable;

/**
 * The text of RUN/state.json: the children of a daemon, so that the next one finds them. Pure; anything that is not such a
 * text has no children.
 */
final class RunState {
    private static final int VERSION = 1;
    private static final int MAX_CHILDREN = 1_000;
    private static final int MAX_TEXT = 1_000_000;

    private RunState() {}

    /**
     * One child.
     *
     * @param startTicks when the kernel started it: with the pid, names one process for ever
     * @param iface its tunnel's interface, or null
     * @param peer the CN a client tunnel leads to, or null
     */
    record Child(long pid, long startTicks, List<String> words, @Nullable String iface, @Nullable String peer) {}

    static String write(Collection<Child> children) {
        List<Value> items = new ArrayList<>();
        for (Child child : children) {
            Map<String, Value> members = new LinkedHashMap<>();
            members.put("pid", Value.of(child.pid));
            members.put("start", Value.of(child.startTicks));
            members.put("args", Value.of(child.words.stream().map(Value::of).toList()));
            if (child.iface != null) {
                members.put("iface", Value.of(child.iface));
            }
            if (child.peer != null) {
                members.put("peer", Value.of(child.peer));
            }
            items.add(new Value.Members(members));
        }
        Map<String, Value> state = new LinkedHashMap<>();
        state.put("version", Value.of(VERSION));
        state.put("children", Value.of(items));
        return Json.write(new Value.Members(state)) + "\n";
    }

    static List<Child> read(String text) {
        List<Child> children = new ArrayList<>();
        for (Value item : items(text)) {
            if (children.size() < MAX_CHILDREN) {
                child(item).ifPresent(children::add);
            }
        }
        return children;
    }

    private static List<Value> items(String text) {
        Optional<Value> state = text.length() <= MAX_TEXT ? Json.parse(text) : Optional.empty();
        if (state.orElse(null) instanceof Value.Members object
                && number(object.members().get("version")) == VERSION
                && object.members().get("children") instanceof Value.Items children) {
            return children.items();
        }
        return List.of();
    }

    private static Optional<Child> child(Value item) {
        if (!(item instanceof Value.Members object) || !(object.members().get("args") instanceof Value.Items args)) {
            return Optional.empty();
        }
        List<String> words = new ArrayList<>();
        for (Value word : args.items()) {
            String text = text(word);
            if (text == null) {
                return Optional.empty();
            }
            words.add(text);
        }
        Map<String, Value> members = object.members();
        long pid = number(members.get("pid"));
        long start = number(members.get("start"));
        // Never 1, and nothing that kill(2) takes for a group.
        return pid <= 1 || start < 0 || words.isEmpty()
                ? Optional.empty()
                : Optional.of(new Child(
                        pid, start, List.copyOf(words), text(members.get("iface")), text(members.get("peer"))));
    }

    private static @Nullable String text(@Nullable Value value) {
        return value instanceof Value.Text text ? text.text() : null;
    }

    /** A whole number that is not negative, or -1. */
    private static long number(@Nullable Value value) {
        return value instanceof Value.Whole whole
                        && whole.number().signum() >= 0
                        && whole.number().bitLength() < Long.SIZE
                ? whole.number().longValue()
                : -1;
    }
}
