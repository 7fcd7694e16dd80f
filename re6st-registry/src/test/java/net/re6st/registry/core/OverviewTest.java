package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.registry.core.Overview.Kind;
import net.re6st.registry.port.NodeRow;
import org.junit.jupiter.api.Test;

/** What an administrator is told to look at. */
class OverviewTest {
    private static final Network NETWORK = new Network(0x2001_0db8_0042_0000L, 0, 48);
    private static final long DAY = 86_400;
    private static final long NOW = 1_800_000_000L;

    @Test
    void isContentWithAHealthyNetwork() {
        Overview overview = overview(100, KeyRotation.State.AT_REST, Optional.of(sighting(0, 1)), 100, 100);
        assertThat(overview.concerns()).isEmpty();
        assertThat(overview.nodes()).isEqualTo(2);
        assertThat(overview.reachable()).contains(2);
    }

    @Test
    void warnsOfTheAuthoritysEndFromSixtyDaysBefore() {
        Optional<Sighting> seen = Optional.of(sighting(0));
        assertThat(kinds(overview(60, KeyRotation.State.AT_REST, seen, 100))).isEmpty();
        assertThat(kinds(overview(59, KeyRotation.State.AT_REST, seen, 100))).containsExactly(Kind.CA_ENDING);
        assertThat(kinds(overview(0, KeyRotation.State.AT_REST, seen, 100))).containsExactly(Kind.CA_ENDED);
    }

    @Test
    void countsNodesThatNeedAttention() {
        Overview overview = overview(100, KeyRotation.State.AT_REST, Optional.of(sighting(0)), 100, 100, 5, -1);
        assertThat(overview.concerns())
                .containsExactly(
                        // The certificate of the fourth ended: that it is gone is no wonder.
                        new Overview.Concern(Kind.UNREACHABLE, 2),
                        new Overview.Concern(Kind.CERTIFICATES_ENDING, 1),
                        new Overview.Concern(Kind.CERTIFICATES_ENDED, 1));
        assertThat(overview.reachable()).contains(1);
    }

    @Test
    void namesHowManyCertificatesAreOnTwoMachines() {
        Sighting seen = new Sighting(
                NOW,
                new TreeSet<>(List.of(prefix(0), prefix(1))),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeSet<>(List.of(prefix(1))));
        Overview overview = overview(100, KeyRotation.State.AT_REST, Optional.of(seen), 100, 100);
        assertThat(overview.concerns()).containsExactly(new Overview.Concern(Kind.CLONED, 1));
    }

    @Test
    void saysThatNothingIsKnownWhileTheRegistrysNodeIsSilent() {
        Overview overview = overview(100, KeyRotation.State.AT_REST, Optional.of(sighting()), 100);
        assertThat(kinds(overview)).containsExactly(Kind.REGISTRY_NODE_SILENT);
        assertThat(overview.reachable()).isEmpty();
        assertThat(kinds(overview(100, KeyRotation.State.AT_REST, Optional.empty(), 100)))
                .isEmpty();
    }

    @Test
    void tellsHowToBegin() {
        assertThat(kinds(overview(100, KeyRotation.State.AT_REST, Optional.of(sighting()))))
                .containsExactly(Kind.NO_NODES);
    }

    @Test
    void remindsOfKeys() {
        Optional<Sighting> seen = Optional.of(sighting(0));
        assertThat(kinds(overview(100, KeyRotation.State.NO_KEY, seen, 100))).containsExactly(Kind.NO_BABEL_KEY);
        for (KeyRotation.State state :
                List.of(KeyRotation.State.NEW_ACCEPTED, KeyRotation.State.NEW_USED, KeyRotation.State.FIRST_USED)) {
            assertThat(kinds(overview(100, state, seen, 100))).containsExactly(Kind.ROTATION_UNFINISHED);
        }
    }

    private static List<Kind> kinds(Overview overview) {
        return overview.concerns().stream().map(Overview.Concern::kind).toList();
    }

    private static Overview overview(
            long caDays, KeyRotation.State state, Optional<Sighting> sighting, long... certificateDays) {
        List<NodeRow> rows = new java.util.ArrayList<>();
        for (long days : certificateDays) {
            rows.add(new NodeRow(
                    prefix(rows.size()), Optional.empty(), rows.size(), OptionalLong.empty(), NOW + days * DAY, false));
        }
        List<NodeEntry> nodes = NodeList.all(rows, NETWORK, sighting, Optional.of(prefix(0)), NOW);
        return Overview.of(new Overview.Facts(
                nodes, 0, new KeyRotation(state, OptionalLong.empty()), sighting, NOW + caDays * DAY, NOW));
    }

    private static Sighting sighting(int... reachable) {
        TreeSet<Prefix> prefixes = new TreeSet<>();
        for (int number : reachable) {
            prefixes.add(prefix(number));
        }
        return new Sighting(NOW, prefixes, new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    }

    private static Prefix prefix(int number) {
        return Prefix.parseCn(number + "/16").orElseThrow();
    }
}
