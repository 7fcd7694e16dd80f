package net.re6st.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import net.re6st.config.NetworkParameters;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.core.port.Ticket;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.Test;

/** When a node asks the registry for the parameters at its start; what it does with them is tested beside their codec. */
class NetconfigNodeVectorTest {
    private static final List<String> KEYS = List.of("note", "node_prefix", "registry_queried", "outcome", "files");
    private static final Moment NOW = TestNode.START;

    @Test
    void asksTheRegistryAtStartOnlyWhenItMust() {
        JsonObject file = Vectors.json("netconfig_node.json");
        assertThat(Vectors.objects(file.get("startup"))).hasSize(8);
        Vectors.forEach(file, "startup", row -> {
            assertThat(Vectors.unknownKeys(row, KEYS)).isEmpty();
            check(row, row.get("note").getAsString());
        });
    }

    private static void check(JsonObject row, String note) {
        TestNode test = new TestNode();
        Prefix prefix = Prefix.ofBits(row.get("node_prefix").getAsString());
        boolean newFile = note.startsWith("table with an unexpected schema");
        NetworkParameters stored = newFile ? null : stored(test, note);
        RecordedPorts ports = new RecordedPorts();
        Startup startup = new Startup(
                10,
                TestNode.identity(prefix, 7, Duration.ofDays(300)),
                stored,
                new Startup.Ports(ports, new FakeCryptography(), ports, ports),
                new SplittableRandom(1));
        startup.start(NOW);
        startup.onVersionChecked(new Ticket(0), !note.equals("version badly signed"), NOW);
        boolean queried = ports.calls.contains("registry.fetchParameters");
        startup.onParameters(test.parameters, NOW);
        boolean fails = ports.calls.stream().anyMatch(call -> call.startsWith("lifecycle.fail"));
        boolean ready = ports.calls.contains("lifecycle.ready " + prefix);
        assertThat(queried).isEqualTo(row.get("registry_queried").getAsBoolean());
        assertThat(fails ? "exits with status 1" : ready ? "starts" : "waits")
                .isEqualTo(row.get("outcome").getAsString());
        // A file that can't be used is set aside by the store, which then holds nothing.
        List<String> files = newFile ? List.of("cache.db", "cache.db.bak") : List.of("cache.db");
        assertThat(Vectors.strings(row.get("files"))).isEqualTo(files);
        assertThat(prefix.equals(TestNode.REGISTRY)).isEqualTo(note.startsWith("node of the registry"));
    }

    private static NetworkParameters stored(TestNode test, String note) {
        return switch (note) {
            case "stored protocol older than ours" -> test.parameters.with(Parameter.PROTOCOL, Value.of(9));
            case "stored protocol newer than ours" -> test.parameters.with(Parameter.PROTOCOL, Value.of(11));
            case "we are too old" -> test.parameters.with(Parameter.MIN_PROTOCOL, Value.of(11));
            case "no version" -> test.parameters.without(Parameter.VERSION);
            case "normal restart", "version badly signed", "node of the registry: always asks" -> test.parameters;
            default -> throw new AssertionError("unknown case " + note);
        };
    }
}
