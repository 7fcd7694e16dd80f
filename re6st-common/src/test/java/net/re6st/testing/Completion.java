package net.re6st.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;

/** The completion of a program for bash, in {@code docs/completion}, run by bash. */
public record Completion(String program) {
    /** What bash offers for the last of the words that follow the program's name. */
    public List<String> of(String... words) throws IOException, InterruptedException {
        Path script = Path.of(System.getProperty("re6st.root"), "docs/completion", program + ".bash");
        String run = "source \"$0\"; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _" + program.replace('-', '_') + ";"
                + " ((${#COMPREPLY[@]} == 0)) || printf '%s\\n' \"${COMPREPLY[@]}\"";
        List<String> command = new ArrayList<>(List.of("bash", "-c", run, script.toString(), program));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.lines().toList();
    }

    /** The long names of all options. */
    public static String[] longNames(Object options) {
        return new CommandLine(options)
                .getCommandSpec().options().stream()
                        .flatMap(option -> Stream.of(option.names()))
                        .filter(name -> name.startsWith("--"))
                        .toArray(String[]::new);
    }
}
