package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
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
        return StreamSupport.stream(answer.getAsJsonArray("findings").spliterator(), false)
                .map(element -> element.getAsJsonObject())
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

    /** Just that is wrong, maybe in several places. */
    void assertFound(String level, String check, String text, String remedy) {
        assertThat(found(examine())).isNotEmpty().allSatisfy(one -> isFinding(one, level, check, text, remedy));
    }

    /** That is wrong, among other things. */
    void assertFinds(String level, String check, String text, String remedy) {
        JsonObject answer = examine();
        assertThat(found(answer)).as(answer.toString()).anySatisfy(one -> isFinding(one, level, check, text, remedy));
    }

    /** What one check says. */
    List<JsonObject> of(String check) {
        return StreamSupport.stream(examine().getAsJsonArray("findings").spliterator(), false)
                .map(element -> element.getAsJsonObject())
                .filter(finding -> finding.get("check").getAsString().equals(check))
                .toList();
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
    List<String> findings(String level) {
        return StreamSupport.stream(examine().getAsJsonArray("findings").spliterator(), false)
                .map(element -> element.getAsJsonObject())
                .filter(finding -> finding.get("level").getAsString().equals(level))
                .filter(finding -> !finding.get("check").getAsString().equals("loss"))
                .map(finding -> finding.get("check").getAsString())
                .distinct()
                .collect(Collectors.toList());
    }

    void assertFine() {
        JsonObject result = examine();
        assertThat(found(result)).as(result.toString()).isEmpty();
    }
}
