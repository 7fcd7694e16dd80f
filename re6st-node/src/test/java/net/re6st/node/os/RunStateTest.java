package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class RunStateTest {
    private static final List<RunState.Child> CHILDREN = List.of(
            new RunState.Child(4242, 1_000, List.of("openvpn", "--dev", "re6stnet1", "é\n\"x"), "re6stnet1", "5/16"),
            new RunState.Child(4243, 0, List.of("babeld"), null, null));

    @Test
    void readsWhatItWrites() {
        assertThat(RunState.read(RunState.write(CHILDREN))).isEqualTo(CHILDREN);
        assertThat(RunState.read(RunState.write(List.of()))).isEmpty();
    }

    @Test
    void hasNoChildrenInAnythingElse() {
        assertThat(RunState.read("")).isEmpty();
        assertThat(RunState.read("null")).isEmpty();
        assertThat(RunState.read("{\"version\": 2, \"children\": [{\"pid\": 5, \"start\": 1, \"args\": [\"x\"]}]}"))
                .isEmpty();
        assertThat(RunState.read(only("\"pid\": 1, \"start\": 1, \"args\": [\"x\"]")))
                .isEmpty();
        assertThat(RunState.read(only("\"pid\": -5, \"start\": 1, \"args\": [\"x\"]")))
                .isEmpty();
        assertThat(RunState.read(only("\"pid\": 5.5, \"start\": 1, \"args\": [\"x\"]")))
                .isEmpty();
        assertThat(RunState.read(only("\"pid\": 99999999999999999999, \"start\": 1, \"args\": [\"x\"]")))
                .isEmpty();
        assertThat(RunState.read(only("\"pid\": 5, \"start\": 1, \"args\": []")))
                .isEmpty();
        assertThat(RunState.read(only("\"pid\": 5, \"start\": 1, \"args\": [7]")))
                .isEmpty();
        assertThat(RunState.read("[".repeat(900_000))).isEmpty();
    }

    @Test
    void survivesAnyDamage() {
        String text = RunState.write(CHILDREN);
        Seeds.forEach(10_000, (seed, random) -> {
            StringBuilder damaged = new StringBuilder(text);
            for (int i = random.nextInt(4); i >= 0; i--) {
                int at = random.nextInt(damaged.length());
                switch (random.nextInt(3)) {
                    case 0 -> damaged.setLength(at + 1);
                    case 1 -> damaged.setCharAt(at, (char) random.nextInt(32, 127));
                    default ->
                        damaged.deleteCharAt(damaged.length() == 1 ? 0 : at).append('}');
                }
            }
            for (RunState.Child child : RunState.read(damaged.toString())) {
                assertThat(child.pid()).isGreaterThan(1);
                assertThat(child.words()).isNotEmpty();
            }
        });
    }

    private static String only(String members) {
        return "{\"version\": 1, \"children\": [{" + members + "}]}";
    }
}
