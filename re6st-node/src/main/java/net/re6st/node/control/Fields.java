package net.re6st.node.control;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.re6st.config.Value;
import org.jspecify.annotations.Nullable;

/** The members of one object of an answer, in the order in which they are put; what is not known is null. */
public final class Fields {
    private final Map<String, Value> members = new LinkedHashMap<>();

    public Fields put(String name, @Nullable String text) {
        return put(name, text == null ? new Value.Null() : Value.of(text));
    }

    public Fields put(String name, long number) {
        return put(name, Value.of(number));
    }

    public Fields put(String name, boolean on) {
        return put(name, Value.of(on));
    }

    /** With three decimals; not a number: null. */
    public Fields put(String name, double number) {
        return put(
                name,
                Double.isNaN(number)
                        ? new Value.Null()
                        : new Value.Real(BigDecimal.valueOf(number)
                                .setScale(3, RoundingMode.HALF_UP)
                                .doubleValue()));
    }

    public Fields put(String name, List<Value> items) {
        return put(name, Value.of(items));
    }

    public Fields put(String name, Fields object) {
        return put(name, object.value());
    }

    public Fields put(String name, Value value) {
        members.put(name, value);
        return this;
    }

    /** A number of which 0 or less says that it is not known. */
    public Fields putPositive(String name, long number) {
        return put(name, number > 0 ? Value.of(number) : new Value.Null());
    }

    /** A time of the wall clock, in UTC and whole seconds; 0 or less: not known. */
    public Fields putTime(String name, long wallMicros) {
        return put(
                name,
                wallMicros <= 0
                        ? null
                        : Instant.EPOCH
                                .plus(wallMicros, ChronoUnit.MICROS)
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString());
    }

    public Value value() {
        return new Value.Members(members);
    }
}
