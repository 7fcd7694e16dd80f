package net.re6st.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The alerts and the dashboard of {@code docs/monitoring} for one program, whose name they begin with. */
public record MonitoringFiles(String program) {
    private static final Path FOLDER = Path.of(System.getProperty("re6st.root", ".."), "docs/monitoring");
    private static final Pattern EXPRESSION = Pattern.compile("(?ms)^ +expr: (.*?)^ +(for|labels):");

    private Path alerts() {
        return FOLDER.resolve(program + "-alerts.yml");
    }

    /** What Prometheus evaluates for them. */
    public List<String> expressions() throws IOException {
        List<String> expressions = new ArrayList<>();
        JsonObject dashboard = JsonParser.parseString(Files.readString(FOLDER.resolve(program + "-dashboard.json")))
                .getAsJsonObject();
        for (JsonElement panel : dashboard.getAsJsonArray("panels")) {
            for (JsonElement target : panel.getAsJsonObject().getAsJsonArray("targets")) {
                expressions.add(target.getAsJsonObject().get("expr").getAsString());
            }
        }
        int panels = expressions.size();
        EXPRESSION.matcher(Files.readString(alerts())).results().forEach(match -> expressions.add(match.group(1)));
        assertThat(panels).isGreaterThan(10);
        assertThat(expressions).hasSizeGreaterThan(panels + 10);
        return expressions;
    }

    /** The names in them that match. */
    public Set<String> metrics(Pattern name) throws IOException {
        Set<String> used = new TreeSet<>();
        for (String expression : expressions()) {
            name.matcher(expression).results().forEach(match -> used.add(match.group(1)));
        }
        return used;
    }

    /** The names in what a program exports, as queries use them. */
    public static Set<String> exported(String metrics) {
        Set<String> there = new TreeSet<>();
        metrics.lines().filter(line -> line.startsWith("# TYPE ")).forEach(line -> {
            String name = line.split(" ")[2];
            there.add(name);
            if (line.endsWith(" histogram")) {
                there.add(name + "_bucket");
            }
        });
        return there;
    }

    /** Lets promtool check metrics, alerts and the expressions of the dashboard; its files go into {@code folder}. */
    public void assertGood(String metrics, Path folder) throws IOException, InterruptedException {
        boolean installed = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "promtool")));
        // The package is 50 MB of programs: bin/test --all installs it.
        Assumptions.assumeTrue(installed || Boolean.getBoolean("re6st.all"), "promtool is not installed");
        Path input = Files.writeString(folder.resolve("metrics"), metrics);
        assertThat(promtool(input, "check", "metrics")).as("metrics").isEqualTo(0);
        assertThat(promtool(input, "check", "rules", alerts().toString()))
                .as("rules")
                .isEqualTo(0);
        StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
        int number = 0;
        for (String expression : expressions()) {
            String plain =
                    expression.replace("$instance", ".*").replaceAll("^>-", "").strip();
            rules.append("  - record: x" + number++ + "\n    expr: |-\n      ")
                    .append(plain.replaceAll("\\s+", " "))
                    .append('\n');
        }
        Path dashboard = Files.writeString(folder.resolve("dashboard.yml"), rules);
        assertThat(promtool(input, "check", "rules", dashboard.toString()))
                .as("dashboard")
                .isEqualTo(0);
    }

    private static int promtool(Path input, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(words));
        Path output = input.resolveSibling("promtool");
        Process process = new ProcessBuilder(command)
                .redirectInput(input.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        System.out.print(Files.readString(output));
        return process.exitValue();
    }
}
