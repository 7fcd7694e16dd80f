package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the programs start Java; a Java that only tells its environment. */
class LaunchTest {
    private static final Path ROOT = Path.of(System.getProperty("re6st.root", ".."));

    @TempDir
    private Path folder;

    /** Without a locale, as a service, Java could not open a file whose name is not ASCII. */
    @ParameterizedTest
    @CsvSource({
        "'', C.UTF-8",
        "LANG=C, C.UTF-8",
        "LANG=POSIX, C.UTF-8",
        "LANG=en_US.UTF-8 LC_ALL=C, C.UTF-8",
        "LANG=C LC_CTYPE=C.UTF-8, none",
        "LANG=fr_FR.UTF-8, none",
        "LC_ALL=ja_JP.eucJP, ja_JP.eucJP"
    })
    void namesOfFilesAreText(String locale, String all) throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createDirectories(folder.resolve("lib"));
        Path java = Files.createDirectories(folder.resolve("java/bin")).resolve("java");
        for (String name : new String[] {"re6stnet", "re6st-conf", "launch.sh"}) {
            Files.copy(ROOT.resolve("bin").resolve(name), bin.resolve(name));
        }
        Files.writeString(folder.resolve("java/release"), "JAVA_VERSION=\"17.0.1\"\n");
        Files.writeString(java, "#!/bin/sh\necho \"${LC_ALL-none}\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        for (String program : new String[] {"re6stnet", "re6st-conf"}) {
            assertThat(run(bin.resolve(program), locale)).isEqualTo(all + "\n");
        }
    }

    private String run(Path program, String locale) throws Exception {
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", program.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
        environment.putAll(variables(locale));
        environment.put("JAVA_HOME", folder.resolve("java").toString());
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output);
    }

    private static Map<String, String> variables(String text) {
        Map<String, String> variables = new TreeMap<>();
        for (String word : text.split(" ")) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                variables.put(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        return variables;
    }
}
