package net.re6st.node.os;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
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
        JsonArray array = new JsonArray();
        for (Child child : children) {
            JsonObject object = new JsonObject();
            object.addProperty("pid", child.pid);
            object.addProperty("start", child.startTicks);
            JsonArray words = new JsonArray();
            child.words.forEach(words::add);
            object.add("args", words);
            if (child.iface != null) {
                object.addProperty("iface", child.iface);
            }
            if (child.peer != null) {
                object.addProperty("peer", child.peer);
            }
            array.add(object);
        }
        JsonObject state = new JsonObject();
        state.addProperty("version", VERSION);
        state.add("children", array);
        return state + "\n";
    }

    static List<Child> read(String text) {
        List<Child> children = new ArrayList<>();
        for (JsonElement element : array(text)) {
            if (children.size() < MAX_CHILDREN) {
                child(element).ifPresent(children::add);
            }
        }
        return children;
    }

    private static JsonArray array(String text) {
        if (text.length() <= MAX_TEXT && !isDeep(text)) {
            try {
                JsonElement state = JsonParser.parseString(text);
                if (state instanceof JsonObject object
                        && number(object.get("version")) == VERSION
                        && object.get("children") instanceof JsonArray children) {
                    return children;
                }
            } catch (JsonParseException e) {
                // Not ours, or cut off: there is nothing to be learnt from it.
            }
        }
        return new JsonArray();
    }

    /** The parser calls itself at each bracket. */
    private static boolean isDeep(String text) {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '[' || c == '{' ? 1 : 0;
        }
        return depth > 4 * MAX_CHILDREN;
    }

    private static Optional<Child> child(JsonElement element) {
        if (!(element instanceof JsonObject object) || !(object.get("args") instanceof JsonArray args)) {
            return Optional.empty();
        }
        List<String> words = new ArrayList<>();
        for (JsonElement word : args) {
            String text = text(word);
            if (text == null) {
                return Optional.empty();
            }
            words.add(text);
        }
        long pid = number(object.get("pid"));
        long start = number(object.get("start"));
        // Never 1, and nothing that kill(2) takes for a group.
        return pid <= 1 || start < 0 || words.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Child(pid, start, List.copyOf(words), text(object.get("iface")), text(object.get("peer"))));
    }

    private static @Nullable String text(@Nullable JsonElement element) {
        return element != null
                        && element.isJsonPrimitive()
                        && element.getAsJsonPrimitive().isString()
                ? element.getAsString()
                : null;
    }

    /** A whole number, or -1. */
    private static long number(@Nullable JsonElement element) {
        if (element == null
                || !element.isJsonPrimitive()
                || !element.getAsJsonPrimitive().isNumber()) {
            return -1;
        }
        String digits = element.getAsString();
        return digits.matches("\\d{1,18}") ? Long.parseLong(digits) : -1;
    }
}
