package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shell of our units and init scripts: the GeoIP database in /etc/re6stnet is used if it is there, else none. */
class CountriesOfServicesTest {
    private static final Path ROOT = Path.of(System.getProperty("re6st.root", ".."));
    private static final String DATABASE = "/etc/re6stnet/GeoLite2-Country.mmdb";

    @TempDir
    private Path directory;

    private Path database;
    private Path programs;
    private Path said;

    @BeforeEach
    void pretend() throws IOException {
        database = directory.resolve("countries.mmdb");
        said = directory.resolve("said");
        programs = Files.createDirectory(directory.resolve("programs"));
        for (String program : List.of("re6stnet", "re6st-registry", "setpriv", "start-stop-daemon")) {
            program(program, "echo \"${GEOIP2_MMDB-none} $*\" >> '" + said + "'");
        }
        program("install", ":");
        program("mkdir", ":");
    }

    private void program(String name, String body) throws IOException {
        Path file = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + body + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"re6stnet", "re6st-registry"})
    void aUnitPicksItUp(String name) throws Exception {
        String unit = Files.readString(ROOT.resolve("systemd/" + name + ".service"));
        String command =
                unit.substring(unit.indexOf("ExecStart=/bin/sh -c '") + 22).split("'", 2)[0];
        assertPickedUp(command.replace("\\\n", " "), "@" + name + ".conf");
    }

    @ParameterizedTest
    @ValueSource(strings = {"re6stnet", "re6st-registry"})
    void anInitScriptPicksItUp(String name) throws Exception {
        String script = Files.readString(ROOT.resolve("debian/" + name + ".init"));
        String start = script.substring(script.indexOf("\nstart() {")).split("\n}\n", 2)[0] + "\n}\n";
        String variables = script.lines()
                .filter(line -> line.matches("[A-Z]+=.*") && !line.startsWith("PATH="))
                .map(line -> line + "\n")
                .reduce("", String::concat);
        assertPickedUp("set -e\n" + variables + "running() { false; }" + start + "start\n", "@" + name + ".conf");
    }

    private void assertPickedUp(String script, String words) throws Exception {
        assertThat(script).contains(DATABASE);
        assertThat(run(script)).startsWith("none ").contains(words);
        Files.createFile(database);
        assertThat(run(script)).startsWith(database + " ").contains(words);
    }

    private String run(String script) throws Exception {
        Files.deleteIfExists(said);
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", script.replace(DATABASE, database.toString()))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile());
        Map<String, String> environment = builder.environment();
        environment.put("PATH", programs + ":" + environment.get("PATH"));
        environment.remove("GEOIP2_MMDB");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue())
                .as(Files.readString(directory.resolve("output")))
                .isZero();
        return Files.readString(said);
    }
}
