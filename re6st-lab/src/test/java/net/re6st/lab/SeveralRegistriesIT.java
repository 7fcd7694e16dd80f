package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A node that knows two registries, of which one answers at a time. They have one database, as the same program listens here
 * first and there later:
 *
 * <pre>
 *     n1:  http://IP4  nobody  | registry
 *          http://[::1]  registry | nobody
 * </pre>
 */
@ExtendWith(KeepLogs.class)
final class SeveralRegistriesIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String SECOND = "http://[::1]";

    @Test
    void theNodeGoesWhereAnAnswerComesFrom() throws Exception {
        try (ReNetwork network = ReNetwork.build(NetworkPlan.of(1))) {
            LabRegistry registry = network.registry();
            LabNode node = network.node(1);
            String first = "http://" + registry.address();
            network.startRegistry(List.of("-4", "127.0.0.1"));
            registry.addToken("n1@example.com", "token-n1");
            node.enrol(first, "token-n1", List.of("--registry", SECOND));
            Path configuration = node.host().directory().resolve("etc").resolve("re6stnet.conf");
            assertThat(configuration).content().startsWith("registry " + first + "\nregistry " + SECOND + "\n");

            node.start();
            node.awaitUp(LIMIT);
            assertThat(inUse(node)).isEqualTo(SECOND);
            assertThat(node.stop()).isZero();
            node.start();
            node.awaitUp(LIMIT);
            assertThat(inUse(node)).as("after a restart").isEqualTo(SECOND);
            assertThat(log(node, "answered last")).hasSize(1);
            assertThat(log(node, "; using ")).singleElement().asString().endsWith("; using " + SECOND);

            registry.stop();
            network.restartRegistry(List.of("-6", ""));
            network.rotateKeys(LIMIT);
            assertThat(inUse(node)).isEqualTo(first);
            assertThat(log(node, "; using ")).hasSize(2).last().asString().endsWith("; using " + first);
            assertThat(node.state().resolve("registry")).hasContent(first);
            assertThat(node.stop()).isZero();
        }
    }

    private static String inUse(LabNode node) {
        String text = node.host()
                .command(
                        Programs.node(), "status", "--json", "--run", node.run().toString())
                .output();
        JsonObject setup = JsonParser.parseString(text).getAsJsonObject().getAsJsonObject("setup");
        assertThat(setup.getAsJsonArray("registries")).hasSize(2);
        return setup.get("registry").getAsString();
    }

    private static List<String> log(LabNode node, String text) throws IOException {
        try (var lines = Files.lines(node.log().resolve("re6stnet.log"))) {
            return lines.filter(line -> line.contains(text)).toList();
        }
    }
}
