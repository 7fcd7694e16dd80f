package net.re6st.node.command;

import java.util.List;
import java.util.Map;
import net.re6st.config.Value;
import org.jspecify.annotations.Nullable;

/** One JSON object that was received: its members by name, with what stands for one that is missing. Pure. */
record Reply(Map<String, Value> members) {
    static final Reply EMPTY = new Reply(Map.of());

    static Reply of(@Nullable Value value) {
        return value instanceof Value.Members object ? new Reply(object.members()) : EMPTY;
    }

    /** The object at {@code name}; an empty one if there is none. */
    Reply at(String name) {
        return of(members.get(name));
    }

    /** Empty if there is none, or it is null. */
    String text(String name) {
        Value value = members.get(name);
        if (value instanceof Value.Text text) {
            return text.text();
        } else if (value instanceof Value.Whole whole) {
            return whole.number().toString();
        }
        return "";
    }

    /** NaN if there is none, or it is null. */
    double number(String name) {
        Value value = members.get(name);
        if (value instanceof Value.Whole whole) {
            return whole.number().doubleValue();
        }
        return value instanceof Value.Real real ? real.number() : Double.NaN;
    }

    long whole(String name) {
        double number = number(name);
        return Double.isNaN(number) ? 0 : (long) number;
    }

    boolean is(String name) {
        return members.get(name) instanceof Value.Flag flag && flag.on();
    }

    List<Reply> list(String name) {
        return members.get(name) instanceof Value.Items items
                ? items.items().stream().map(Reply::of).toList()
                : List.of();
    }

    List<String> texts(String name) {
        return members.get(name) instanceof Value.Items items
                ? items.items().stream()
                        .map(item -> item instanceof Value.Text text ? text.text() : "")
                        .toList()
                : List.of();
    }
}
