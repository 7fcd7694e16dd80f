package net.re6st.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class TopologyTest {
    private static final Prefix ONE = Prefix.parseCn("1/16").orElseThrow();
    private static final Prefix TWO = Prefix.parseCn("2/16").orElseThrow();
    private static final Prefix THREE = Prefix.parseCn("3/8").orElseThrow();

    @Test
    void countsTheDialledNodesOnly() {
        Topology topology = new Topology(List.of(ONE, TWO), List.of(THREE));
        assertThat(topology.encode().toLatin1()).isEqualTo("2 1/16 2/16 3/8");
        assertThat(Topology.decode(topology.encode())).contains(topology);
        assertThat(new Topology(List.of(), List.of()).encode().toLatin1()).isEqualTo("0");
        assertThat(Topology.decode(Bytes.ofLatin1("0 "))).contains(new Topology(List.of(), List.of()));
    }

    @Test
    void inconsistentAnswersAreNotValid() {
        for (String text : new String[] {"", "x y", "1", "2 1/16", "-1 1/16", "0 5", "0 1/16 2", "99999999999 1/16"}) {
            assertThat(Topology.decode(Bytes.ofLatin1(text))).as(text).isEmpty();
        }
    }

    @Test
    void anyAnswerIsReadOrDropped() {
        String alphabet = "0123456789/ \t-\u00e9";
        Seeds.forEach(10_000, (seed, random) -> {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(60); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Topology.decode(Bytes.ofLatin1(text.toString()))
                    .ifPresent(topology ->
                            assertThat(Topology.decode(topology.encode())).contains(topology));
        });
    }
}
