package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a purge deletes, and what not: the scripts of the packages, in a folder that stands for a host. */
class MaintainerScriptsTest {
    private static final Path ROOT = Path.of(System.getProperty("re6st.root", ".."));

    @TempDir
    private Path host;

    @BeforeEach
    void installOnce() throws IOException {
        for (String file : List.of(
                "etc/re6stnet/ca.crt",
                "etc/re6stnet/dh2048.pem",
                "etc/re6stnet/cert.crt",
                "etc/re6stnet/cert.key",
                "etc/re6stnet/re6stnet.conf",
                "var/lib/re6stnet/cache.db",
                "var/lib/re6stnet/babeld.state",
                "var/log/re6stnet/re6stnet.log",
                "var/cache/re6stnet/re6stnet.jsa",
                "run/re6stnet/state.json")) {
            write(file);
        }
    }

    private void becomeRegistry() throws IOException {
        for (String file : List.of(
                "etc/re6stnet/ca.key",
                "etc/re6stnet/re6st-registry.conf",
                "var/lib/re6st-registry/registry.db",
                "var/log/re6st-registry/registry.log")) {
            write(file);
        }
    }

    @Test
    void leavesNothingOfANode() throws Exception {
        purge("re6stnet");
        assertThat(files()).isEmpty();
        assertThat(host.resolve("etc/re6stnet")).doesNotExist();
        assertThat(host.resolve("var/lib/re6stnet")).doesNotExist();
    }

    @Test
    void leavesARegistryWhatItNeeds() throws Exception {
        becomeRegistry();
        purge("re6stnet");
        assertThat(files())
                .containsExactly(
                        "etc/re6stnet/ca.crt",
                        "etc/re6stnet/ca.key",
                        "etc/re6stnet/dh2048.pem",
                        "etc/re6stnet/re6st-registry.conf",
                        "var/lib/re6st-registry/registry.db",
                        "var/log/re6st-registry/registry.log");
        purge("re6st-registry");
        assertThat(files()).isEmpty();
    }

    /** It was not moved to where ours is: what is in it can't be had again. */
    @Test
    void keepsTheDatabaseOfARegistryThatRanAsRoot() throws Exception {
        write("var/lib/re6stnet/registry.db");
        write("var/lib/re6stnet/registry.db-wal");
        assertThat(purge("re6stnet")).contains("kept /").contains("/var/lib/re6stnet/registry.db");
        assertThat(files()).containsExactly("var/lib/re6stnet/registry.db", "var/lib/re6stnet/registry.db-wal");
    }

    /** Somebody went back to the original's package, and cleans up. */
    @Test
    void touchesNothingThatAnotherPackageGoesOnWith() throws Exception {
        becomeRegistry();
        List<String> before = files();
        program("usr/sbin/re6stnet");
        program("usr/bin/re6st-registry");
        purge("re6stnet");
        purge("re6st-registry");
        assertThat(before).containsAll(files()).hasSize(files().size() + 1);
        assertThat(host.resolve("var/cache/re6stnet")).doesNotExist();
    }

    /** The original's package looks whether there is one before it deletes the same directories. */
    @Test
    void theNodeIsWhereTheOriginalHasIt() throws IOException {
        assertThat(Files.readAllLines(ROOT.resolve("debian/re6stnet.links")))
                .contains("usr/share/re6stnet/bin/re6stnet usr/sbin/re6stnet");
    }

    private void write(String name) throws IOException {
        Path file = host.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, name);
    }

    private void program(String name) throws IOException {
        write(name);
        assertThat(host.resolve(name).toFile().setExecutable(true)).isTrue();
        Files.writeString(host.resolve(name), "#!/bin/sh\n");
    }

    /** All files but programs. */
    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(host)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> host.relativize(file).toString())
                    .filter(name -> !name.startsWith("usr/") && !name.equals("output"))
                    .sorted()
                    .toList();
        }
    }

    private String purge(String name) throws Exception {
        String script = Files.readString(ROOT.resolve("debian/" + name + ".postrm"))
                .replaceAll("(?<=[ '])/(?=(var|etc|run|usr)/)", host + "/");
        assertThat(script.replace(host.toString(), "."))
                .as("nothing of this host may be meant")
                .doesNotContainPattern("(?<!\\.)/(var|etc|run|usr|home|root)\\b");
        program("usr/fake/deluser");
        for (String tool : List.of("find", "rm", "rmdir")) {
            program("usr/fake/" + tool);
            Files.writeString(host.resolve("usr/fake/" + tool), "#!/bin/sh\nexec /usr/bin/" + tool + " \"$@\"\n");
        }
        Path output = host.resolve("output");
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", script, name + ".postrm", "purge")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        Map<String, String> environment = builder.environment();
        environment.put(
                "PATH", host.resolve("usr/fake") + ":" + host.resolve("usr/bin") + ":" + host.resolve("usr/sbin"));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(output);
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
