package net.re6st.config;

import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.re6st.net.Bytes;

/** One value of the network parameters: what JSON can hold, and strings of bytes. Immutable. */
public sealed interface Value {
    static Value of(String text) {
        return new Text(text);
    }

    static Value of(long number) {
        return new Whole(BigInteger.valueOf(number));
    }

    static Value of(boolean on) {
        return new Flag(on);
    }

    static Value of(Bytes bytes) {
        return new Blob(bytes);
    }

    static Value of(List<Value> items) {
        return new Items(items);
    }

    record Null() implements Value {}

    record Flag(boolean on) implements Value {}

    record Whole(BigInteger number) implements Value {}

    record Real(double number) implements Value {}

    record Text(String text) implements Value {}

    /** Has no form in JSON. */
    record Blob(Bytes bytes) implements Value {}

    record Items(List<Value> items) implements Value {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** In the order in which they were written. */
    record Members(Map<String, Value> members) implements Value {
        public Members {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }
    }

    /** Whether two values mean the same to the original, for which {@code true}, 1 and 1.0 are equal. */
    default boolean means(Value other) {
        if (equals(other)) {
            return true;
        }
        double mine = asNumber(this);
        return !Double.isNaN(mine) && mine == asNumber(other) && !(this instanceof Whole && other instanceof Whole);
    }

    private static double asNumber(Value value) {
        if (value instanceof Flag flag) {
            return flag.on ? 1 : 0;
        } else if (value instanceof Whole whole) {
            return whole.number.doubleValue();
        }
        return value instanceof Real real ? real.number : Double.NaN;
    }
}
