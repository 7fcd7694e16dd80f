package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import net.re6st.core.port.Avoided;
import net.re6st.net.Prefix;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class RunStateTest {
    private static final List<RunState.Child> CHILDREN = List.of(
            new RunState.Child(4242, 1_000, List.of("openvpn", "--dev", "re6stnet1", "é\n\"x"), "re6stnet1", "5/16"),
            new RunState.Child(4243, 0, List.of("babeld"), null, null).asIf(List.of("babeld", "-h", "3")),
            new RunState.Child(4244, 7, List.of("openvpn"), "re6stnet2", "6/16")
                    .with(new RunState.Up("6/16", BigInteger.valueOf(12), "203.0.113.7")),
            new RunState.Child(4245, 8, List.of("openvpn"), "re6stnet-udp", null)
                    .underCertificates("ours the CA's")
                    .with(List.of(new RunState.Client(0, 3, "7/16", BigInteger.TEN, "203.0.113.8"))));
    private static final RunState STATE = new RunState(
            "2001:db8:42:1::/64 30",
            true,
            List.of(List.of("ip", "-6", "addr", "del", "::1"), List.of("ip")),
            CHILDREN,
            List.of(
                    new Avoided(Prefix.parseCn("5/16").orElseThrow(), 1_795_400_000_000_001L, Duration.ofMinutes(10)),
                    new Avoided(Prefix.parseCn("6/16").orElseThrow(), 1_795_400_000_000_002L, Duration.ofMinutes(1))));

    @Test
    void readsWhatItWrites() {
        assertThat(RunState.read(STATE.text())).isEqualTo(STATE);
        assertThat(RunState.read(RunState.NOTHING.text())).isEqualTo(RunState.NOTHING);
    }

    @Test
    void hasNoChildrenInAnythingElse() {
        assertThat(RunState.read("").children()).isEmpty();
        assertThat(RunState.read("null").children()).isEmpty();
        assertThat(RunState.read("{\"version\": 3, \"children\": [{\"pid\": 5, \"start\": 1, \"args\": [\"x\"]}]}")
                        .children())
                .isEmpty();
        assertThat(RunState.read(only("\"pid\": 1, \"start\": 1, \"args\": [\"x\"]"))
                        .children())
                .isEmpty();
        assertThat(RunState.read(only("\"pid\": -5, \"start\": 1, \"args\": [\"x\"]"))
                        .children())
                .isEmpty();
        assertThat(RunState.read(only("\"pid\": 5.5, \"start\": 1, \"args\": [\"x\"]"))
                        .children())
                .isEmpty();
        assertThat(RunState.read(only("\"pid\": 99999999999999999999, \"start\": 1, \"args\": [\"x\"]"))
                        .children())
                .isEmpty();
        assertThat(RunState.read(only("\"pid\": 5, \"start\": 1, \"args\": []")).children())
                .isEmpty();
        assertThat(RunState.read(only("\"pid\": 5, \"start\": 1, \"args\": [7]"))
                        .children())
                .isEmpty();
        assertThat(RunState.read("[".repeat(900_000)).children()).isEmpty();
    }

    @Test
    void tellsChildrenOfTheFirstLayoutButNotWhoseTheyAre() {
        RunState state = RunState.read(
                "{\"version\": 1, \"owner\": \"x\", \"children\": [{\"pid\": 5, \"start\": 1, \"args\": [\"x\"]}]}");
        assertThat(state.children()).hasSize(1);
        assertThat(state.owner()).isNull();
    }

    @Test
    void undoesNothingButWithIp() {
        String text = "{\"version\": 2, \"undo\": [[\"sh\", \"-c\", \"x\"], [\"ip\", \"link\"], [], [7], 5]}";
        assertThat(RunState.read(text).undo()).containsExactly(List.of("ip", "link"));
    }

    @Test
    void avoidsNobodyForWhatIsNoPauseOfAPeer() {
        String good = "{\"peer\": \"5/16\", \"sinceMicros\": 1, \"pauseSeconds\": 2}";
        String text = "{\"version\": 2, \"avoided\": [" + good + ", 5, {}, " + good.replace("5/16", "x") + ", "
                + good.replace("1,", "-1,") + ", " + good.replace("2}", "99999999999999}") + "]}";
        assertThat(RunState.read(text).avoided())
                .containsExactly(new Avoided(Prefix.parseCn("5/16").orElseThrow(), 1, Duration.ofSeconds(2)));
        String many = (good + ", ").repeat(2_000) + good;
        assertThat(RunState.read("{\"version\": 2, \"avoided\": [" + many + "]}")
                        .avoided())
                .hasSize(1_000);
    }

    @Test
    void survivesAnyDamage() {
        String text = STATE.text();
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
            for (RunState.Child child : RunState.read(damaged.toString()).children()) {
                assertThat(child.pid()).isGreaterThan(1);
                assertThat(child.words()).isNotEmpty();
            }
        });
    }

    private static String only(String members) {
        return "{\"version\": 1, \"children\": [{" + members + "}]}";
    }
}
