package net.re6st.node.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.re6st.node.control.ControlRequest;
import net.re6st.node.os.LocalServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The exit statuses that docs/looking-at-a-node.rst promises, without a daemon and beside one that is not itself. */
class SubcommandMainTest {
    private static final List<String> ASKING = List.of("status", "tunnels", "peers", "routes", "reload");

    @TempDir
    private Path run;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void release() {
        System.setOut(realOut);
        System.setErr(realErr);
    }

    private int status(String... words) {
        out.reset();
        err.reset();
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--run", run.toString()));
        return SubcommandMain.run(all.toArray(String[]::new), file -> {
                    throw new AssertionError("read " + file);
                })
                .orElseThrow();
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void nobodyRunsWithoutASocket() {
        for (String command : ASKING) {
            assertThat(status(command)).as(command).isEqualTo(3);
            assertThat(said()).contains("no daemon runs with --run " + run);
        }
        assertThat(status("status", "--json")).isEqualTo(3);
        assertThat(said()).contains("\"state\": \"stopped\"");
        assertThat(status("trace", "5/16")).isEqualTo(3);
    }

    /** Closes at once; says something else; speaks a later version. */
    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "{\"version\": 2, \"kind\": \"status\"}"})
    void whetherOneRunsIsUnknownIfWhatAnswersIsNoneOfOurs(String answer) throws IOException {
        try (LocalServer server = LocalServer.on("control", ControlRequest.socket(run), "rw-------", client -> {
            client.readLine(1024);
            if (!answer.isEmpty()) {
                client.write(answer + "\n");
            }
        })) {
            for (String command : ASKING) {
                assertThat(status(command))
                        .as(command + " of " + server.address())
                        .isEqualTo(4);
            }
            assertThat(status("trace", "5/16")).isEqualTo(4);
            assertThat(status("status", "--json")).isEqualTo(4);
            assertThat(said()).contains("\"state\": \"unknown\"");
            assertThat(status("doctor", "--config", run.resolve("none").toString()))
                    .as("doctor's own: errors")
                    .isEqualTo(2);
        }
    }

    @Test
    void traceTakesOneAddressBesideItsOptions() {
        assertThat(status("trace", "--help")).isZero();
        assertThat(said()).startsWith("Usage: re6stnet trace [OPTIONS] ADDRESS\n");
        assertThat(status("trace")).isEqualTo(2);
        assertThat(said()).contains("needs an address");
        assertThat(status("trace", "5/16", "6/16")).isEqualTo(2);
        assertThat(said()).contains("unexpected argument: 6/16");
        assertThat(status("trace", "--json", "5/16")).isEqualTo(3);
    }

    @Test
    void topHasNoJson() {
        assertThat(status("top", "--json")).isEqualTo(2);
        assertThat(status("top", "--help")).isZero();
        assertThat(said()).doesNotContain("json");
    }
}
