package net.re6st.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SortedMap;
import java.util.TreeMap;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class LinkDelaysTest {
    @Test
    void namesEachNeighbourWithItsDelay() {
        LinkDelays delays = new LinkDelays(new TreeMap<>(java.util.Map.of(node(1), 12, node(2), 340)));
        assertThat(delays.encode().toLatin1()).isEqualTo("1/16 12 2/16 340");
        assertThat(LinkDelays.decode(delays.encode())).contains(delays);
        assertThat(LinkDelays.decode(Bytes.ofLatin1("2/16 340 1/16 12"))).contains(delays);
    }

    @Test
    void roundsUpAndLeavesOutWhatWasNotMeasured() {
        SortedMap<Prefix, Double> measured = new TreeMap<>();
        measured.put(node(1), 0.02);
        measured.put(node(2), 12.0);
        measured.put(node(3), Double.NaN);
        measured.put(node(4), 0.0);
        measured.put(node(5), -1.0);
        measured.put(node(6), 1e12);
        measured.put(node(7), 12.001);
        assertThat(LinkDelays.ofMeasured(measured).encode().toLatin1()).isEqualTo("1/16 1 2/16 12 6/16 65535 7/16 13");
        assertThat(LinkDelays.ofMeasured(new TreeMap<>()).encode()).isEqualTo(Bytes.EMPTY);
    }

    @Test
    void aNodeWithVeryManyLinksTellsOfSome() {
        SortedMap<Prefix, Double> measured = new TreeMap<>();
        for (int i = 0; i < 600; i++) {
            measured.put(node(i), 7.0);
        }
        LinkDelays delays = LinkDelays.ofMeasured(measured);
        assertThat(delays.millis()).hasSize(512);
        assertThat(LinkDelays.decode(delays.encode())).contains(delays);
        String more = delays.encode().toLatin1() + " 599/16 7";
        assertThat(LinkDelays.decode(Bytes.ofLatin1(more))).isEmpty();
        assertThat(LinkDelays.decode(Bytes.copyOf(new byte[16_385]))).isEmpty();
    }

    @Test
    void whatHasAnotherFormIsNotValid() {
        for (String text : new String[] {
            "",
            " ",
            "1/16",
            "1/16 ",
            "1/16 0",
            "1/16 -4",
            "1/16 4.5",
            "1/16 65536",
            "1/16 4 ",
            " 1/16 4",
            "1/16  4",
            "1/16 4 2/16",
            "1/16 4 1/16 5",
            "x/16 4",
            "1/16\t4",
            "1/16 99999999999"
        }) {
            assertThat(LinkDelays.decode(Bytes.ofLatin1(text))).as(text).isEmpty();
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
            LinkDelays.decode(Bytes.ofLatin1(text.toString()))
                    .ifPresent(delays ->
                            assertThat(LinkDelays.decode(delays.encode())).contains(delays));
        });
    }

    private static Prefix node(int number) {
        return Prefix.parseCn(number + "/16").orElseThrow();
    }
}
