package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** {@code re6stnet doctor} on one node, and what it says. */
record DoctorRun(LabNode node) {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    Command command() {
        return node.host().command(words());
    }

    List<String> words() {
        Path options = node.host().directory().resolve("etc/re6stnet.conf");
        return List.of(
                Programs.node(), "doctor", "--json", "--run", node.run().toString(), "--config", options.toString());
    }

    JsonObject examine() {
        return examine("\"$@\"");
    }

    /** The doctor's answer where a shell runs it in other circumstances. */
    JsonObject examine(String script) {
        List<String> all = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        all.addAll(words());
        String output = node.host().command(all).within(LIMIT).run().output();
        return JsonParser.parseString(output).getAsJsonObject();
    }

    /** Warnings and errors, but for losses: on a busy machine some of the daemon's probes may really be late. */
    static List<JsonObject> found(JsonObject answer) {
        return all(answer)
                .filter(finding -> List.of("warning", "error")
                        .contains(finding.get("level").getAsString()))
                .filter(finding -> !finding.get("check").getAsString().equals("loss"))
                .toList();
    }

    static void isFinding(JsonObject finding, String level, String check, String text, String remedy) {
        assertThat(finding.get("level").getAsString()).isEqualTo(level);
        assertThat(finding.get("check").getAsString()).isEqualTo(check);
        assertThat(finding.get("text").getAsString()).contains(text);
        assertThat(finding.get("remedy").getAsString()).contains(remedy);
    }

    private static boolean fits(JsonObject finding, String level, String check, String text, String remedy) {
        return finding.get("level").getAsString().equals(level)
                && finding.get("check").getAsString().equals(check)
                && finding.get("text").getAsString().contains(text)
                && finding.get("remedy").getAsString().contains(remedy);
    }

    /** Waits until that is found, among other things, by a doctor whom a shell runs so. */
    void awaitFinding(String script, String level, String check, String text, String remedy) {
        Await.until(
                check + " is found",
                LIMIT,
                () -> found(examine(script)).stream().anyMatch(one -> fits(one, level, check, text, remedy)),
                () -> examine(script).toString());
    }

    /** The doctor's answer with a configuration of these lines, which counts where no daemon runs. */
    JsonObject examineWith(List<String> options) throws IOException {
        Path file = Files.write(node.host().directory().resolve("other.conf"), options);
        return examine("\"$@\" --config " + file);
    }

    /** With such a configuration that is wrong, among other things. */
    void assertFoundWith(List<String> options, String level, String check, String text, String remedy)
            throws IOException {
        JsonObject answer = examineWith(options);
        assertThat(found(answer)).as(answer.toString()).anySatisfy(one -> isFinding(one, level, check, text, remedy));
    }

    /** What the daemon tells of itself. */
    JsonObject status() {
        String run = node.run().toString();
        return JsonParser.parseString(node.host()
                        .command(Programs.node(), "status", "--json", "--run", run)
                        .within(LIMIT)
                        .output())
                .getAsJsonObject();
    }

    /** Just that is wrong, maybe in several places. */
    void assertFound(String level, String check, String text, String remedy) {
        assertFoundIn("\"$@\"", level, check, text, remedy);
    }

    /** The same where a shell runs it so. */
    void assertFoundIn(String script, String level, String check, String text, String remedy) {
        JsonObject answer = examine(script);
        assertThat(found(answer))
                .as(answer.toString())
                .isNotEmpty()
                .allSatisfy(one -> isFinding(one, level, check, text, remedy));
    }

    /** That is wrong, among other things. */
    void assertFinds(String level, String check, String text, String remedy) {
        JsonObject answer = examine();
        assertThat(found(answer)).as(answer.toString()).anySatisfy(one -> isFinding(one, level, check, text, remedy));
    }

    /** What one check says. */
    List<JsonObject> of(String check) {
        return of(check, examine());
    }

    static List<JsonObject> of(String check, JsonObject answer) {
        return all(answer)
                .filter(finding -> finding.get("check").getAsString().equals(check))
                .toList();
    }

    /** Whether no other checks found them. */
    static boolean areOf(List<JsonObject> findings, String... checks) {
        return findings.stream().allMatch(finding -> List.of(checks)
                .contains(finding.get("check").getAsString()));
    }

    private static Stream<JsonObject> all(JsonObject answer) {
        return StreamSupport.stream(answer.getAsJsonArray("findings").spliterator(), false)
                .map(JsonElement::getAsJsonObject);
    }

    /** What is said of ports, with its level. */
    List<String> ports() {
        return of("ports").stream()
                .map(finding -> finding.get("level").getAsString() + ": "
                        + finding.get("text").getAsString())
                .toList();
    }

    /** Nobody gets in, and that is all about ports. Peers try a port a few times a minute only. */
    void awaitUnreached(String address, String why, String remedy) {
        Await.until(
                "no peer gets in",
                LIMIT,
                () -> of("ports").stream()
                        .allMatch(one -> one.get("level").getAsString().equals("warning")
                                && one.get("text").getAsString().startsWith(address + " is reached by 0 of ")
                                && one.get("text").getAsString().contains(why)
                                && one.get("remedy").getAsString().contains(remedy)),
                () -> examine().toString());
    }

    void awaitReached() {
        Await.until(
                "peers get in",
                LIMIT,
                () -> ports().stream().allMatch(text -> text.startsWith("ok: ") && text.contains(" is reached by ")),
                () -> examine().toString());
    }

    /** The checks that found something of this level. */
    static List<String> checks(String level, JsonObject answer) {
        return all(answer)
                .filter(finding -> finding.get("level").getAsString().equals(level))
                .filter(finding -> !finding.get("check").getAsString().equals("loss"))
                .map(finding -> finding.get("check").getAsString())
                .distinct()
                .toList();
    }

    void assertFine() {
        JsonObject result = examine();
        assertThat(found(result)).as(result.toString()).isEmpty();
    }
}
