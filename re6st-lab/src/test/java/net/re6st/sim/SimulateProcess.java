package net.re6st.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The simulator as a user runs it: in a process of its own. */
record SimulateProcess(Path folder, String classPath, List<String> flags) {
    static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    private static final int LIMIT_SECONDS = 300;

    /** One that may write what it likes to this folder. */
    static SimulateProcess in(Path folder) {
        return new SimulateProcess(folder, CLASS_PATH, List.of("-XX:+UseSerialGC"));
    }

    /** The same with classes that replace others. */
    SimulateProcess classesBefore(Path first) {
        return new SimulateProcess(folder, first + File.pathSeparator + classPath, flags);
    }

    /** The same in a Java machine with these flags. */
    SimulateProcess with(String... other) {
        return new SimulateProcess(folder, classPath, List.of(other));
    }

    /** What a run with these arguments tells, on both outputs. */
    String run(List<String> arguments) throws Exception {
        Path output = Files.createTempFile(folder, "output", "");
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        words.addAll(flags);
        words.addAll(List.of("-cp", classPath, "net.re6st.sim.SimulateMain"));
        words.addAll(arguments);
        words.addAll(List.of("--report", folder.resolve("report").toString()));
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output);
    }
}
