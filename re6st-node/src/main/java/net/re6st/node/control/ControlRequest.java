package net.re6st.node.control;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import net.re6st.config.Json;
import net.re6st.config.Value;

/** What can be asked for on the control socket, and the line that asks; docs/looking-at-a-node.rst describes both directions. */
public enum ControlRequest {
    STATUS,
    TUNNELS,
    PEERS,
    ROUTES,
    PORTS,
    RELOAD;

    /** Of requests and answers; a change that could mislead a reader raises it. */
    public static final int VERSION = 1;

    /** A longer line is no request. */
    public static final int MAX_BYTES = 1024;

    /** Where the daemon with this {@code --run} listens. */
    public static Path socket(Path run) {
        return run.resolve("control.sock");
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public String line() {
        return "{\"version\": " + VERSION + ", \"request\": \"" + text() + "\"}\n";
    }

    /** Empty if the line asks for nothing that we know, or in another version. */
    static Optional<ControlRequest> parse(String line) {
        Map<String, Value> members =
                Json.parse(line).orElse(null) instanceof Value.Members object ? object.members() : Map.of();
        if (!Value.of(VERSION).equals(members.get("version"))) {
            return Optional.empty();
        }
        for (ControlRequest request : values()) {
            if (Value.of(request.text()).equals(members.get("request"))) {
                return Optional.of(request);
            }
        }
        return Optional.empty();
    }
}
