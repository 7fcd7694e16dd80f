package net.re6st.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The completion for bash, run by bash. */
class CompletionTest {
    @Test
    void offersEveryLongOption() throws Exception {
        String[] options = new CommandLine(new RegistryOptions())
                .getCommandSpec().options().stream()
                        .flatMap(option -> Stream.of(option.names()))
                        .filter(name -> name.startsWith("--"))
                        .toArray(String[]::new);
        assertThat(complete("re6st-registry", "--")).containsExactlyInAnyOrder(options);
    }

    @Test
    void offersSubcommandsAndTheirOptions() throws Exception {
        assertThat(complete("re6st-registry", ""))
                .containsExactlyInAnyOrder(
                        "init", "list", "show", "revoke", "token", "ca", "backup", "restore", "verify", "audit");
        assertThat(complete("re6st-registry", "token", "")).containsExactly("add", "list", "delete");
        assertThat(complete("re6st-registry", "init", "--n")).containsExactly("--network", "--name");
        assertThat(complete("re6st-registry", "list", "--j")).containsExactly("--json");
    }

    private static List<String> complete(String... words) throws IOException, InterruptedException {
        Path script = Path.of(System.getProperty("re6st.root"), "docs/completion/re6st-registry.bash");
        String run = "source \"$0\"; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _re6st_registry;"
                + " ((${#COMPREPLY[@]} == 0)) || printf '%s\\n' \"${COMPREPLY[@]}\"";
        List<String> command = new ArrayList<>(List.of("bash", "-c", run, script.toString()));
        command.addAll(Arrays.asList(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.lines().toList();
    }
}
