package net.re6st.registry.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.re6st.config.Json;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.net.Prefix;
import net.re6st.registry.port.View;

/** The parameters of the network as they were last published, as people read them. */
public record PublishedParameters(long version, List<Entry> entries) {
    private static final int MAX_TEXT = 400;

    /** A parameter; the value as JSON, texts without quotes. */
    public record Entry(String name, String value) {}

    /** Empty as long as nothing was published. */
    public static Optional<PublishedParameters> of(View view) {
        return view.lastConfig()
                .flatMap(Json::parse)
                .filter(Value.Members.class::isInstance)
                .map(Value.Members.class::cast)
                .map(members ->
                        new PublishedParameters(ParameterPublisher.number(view.version()), entries(members.members())));
    }

    private static List<Entry> entries(Map<String, Value> members) {
        List<Entry> entries = new ArrayList<>();
        members.forEach((name, value) -> entries.add(new Entry(name, text(name, value))));
        return List.copyOf(entries);
    }

    private static String text(String name, Value value) {
        String text = value instanceof Value.Text known ? known.text() : Json.write(value);
        if (name.equals(Parameter.REGISTRY_PREFIX.text())) {
            return Prefix.parseBits(text).map(Prefix::cn).orElse(text);
        }
        return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text;
    }
}
