package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.port.Inquiry;
import net.re6st.registry.port.Overlay;
import net.re6st.wire.PeerMessage;
import net.re6st.wire.Topology;
import org.junit.jupiter.api.Test;

/** What is gathered from nodes, some of which answer. */
class SightingTest {
    private static final Prefix OWN = prefix(0);

    private final Network network = new Network();

    @Test
    void asksEveryNodeThatIsHeardOf() {
        network.routes = List.of(prefix(1), prefix(5));
        network.tunnels = Map.of(
                OWN,
                new Topology(List.of(prefix(1)), List.of()),
                prefix(1),
                new Topology(List.of(prefix(2)), List.of(OWN)),
                prefix(2),
                new Topology(List.of(), List.of(prefix(1))));
        network.delays = Map.of(prefix(1), 12);
        Sighting seen = Sighting.take(network, Optional.of(OWN), 80, 77);
        assertThat(seen.takenUnixSeconds()).isEqualTo(77);
        assertThat(seen.reachable()).containsExactly(OWN, prefix(1), prefix(2), prefix(5));
        assertThat(seen.tunnels().keySet()).containsExactly(OWN, prefix(1), prefix(2));
        assertThat(seen.tunnels().get(OWN).dialled()).containsExactly(prefix(1));
        assertThat(seen.software()).hasSize(3).containsEntry(prefix(2), "software of 2/16");
        assertThat(seen.delayMillis()).containsEntry(prefix(1), 12);
        assertThat(seen.isAnswered()).isTrue();
    }

    @Test
    void takesTheDelaysThatNodesTell() {
        network.tunnels = Map.of(
                OWN,
                new Topology(List.of(prefix(1), prefix(2)), List.of()),
                prefix(1),
                new Topology(List.of(), List.of(OWN)),
                prefix(2),
                new Topology(List.of(), List.of(OWN)));
        network.told = Map.of(OWN, "1/16 12", prefix(1), "0/16 15", prefix(2), "nonsense");
        Sighting seen = Sighting.take(network, Optional.of(OWN), 80, 77);
        assertThat(seen.delays().keySet()).containsExactly(OWN, prefix(1));
        assertThat(seen.delays().get(prefix(1)).millis()).isEqualTo(Map.of(OWN, 15));
        assertThat(seen.tunnels().keySet()).containsExactly(OWN, prefix(1), prefix(2));
    }

    @Test
    void knowsNothingWithoutTheRegistrysNode() {
        Sighting seen = Sighting.take(network, Optional.of(OWN), 80, 77);
        assertThat(seen.isAnswered()).isFalse();
        // Nobody to ask: waiting for an answer would keep the page.
        assertThat(network.asked).containsExactly(PeerMessage.Kind.TOPOLOGY);
        assertThat(Sighting.take(network, Optional.empty(), 80, 77).isAnswered())
                .isFalse();
    }

    private static Prefix prefix(int number) {
        return Prefix.parseCn(number + "/16").orElseThrow();
    }

    @Test
    void tellsWhichNodesTheRegistrysNodeHearsTwice() {
        network.routes = List.of(prefix(1));
        network.clones.add(prefix(1));
        assertThat(Sighting.take(network, Optional.of(OWN), 80, 77).cloned()).containsExactly(prefix(1));
    }

    /** Nodes whose tunnels are known answer. */
    private static final class Network implements Overlay {
        List<Prefix> routes = List.of();
        Map<Prefix, Topology> tunnels = Map.of();
        Map<Prefix, Integer> delays = Map.of();
        Map<Prefix, String> told = Map.of();
        final SortedSet<Prefix> clones = new TreeSet<>();
        final List<PeerMessage.Kind> asked = new ArrayList<>();

        @Override
        public void announceVersion(Prefix registryNode) {}

        @Override
        public void ask(Inquiry inquiry) {
            asked.add(inquiry.kind());
            // One that nobody asked.
            inquiry.onAside(prefix(7), Bytes.ofLatin1("1/16 4"));
            for (Optional<Prefix> node = inquiry.next(); node.isPresent(); node = inquiry.next()) {
                String delaysToo = told.get(node.get());
                if (inquiry.aside().isPresent() && delaysToo != null) {
                    inquiry.onAside(node.get(), Bytes.ofLatin1(delaysToo));
                }
                Topology topology = tunnels.get(node.get());
                if (topology != null) {
                    boolean wantsTunnels = inquiry.kind() == PeerMessage.Kind.TOPOLOGY;
                    inquiry.onAnswer(
                            node.get(),
                            wantsTunnels
                                    ? topology.encode()
                                    : Bytes.ofLatin1("software of " + node.get().cn()));
                }
            }
        }

        @Override
        public List<Prefix> reachable() {
            return routes;
        }

        @Override
        public SortedSet<Prefix> cloned() {
            return clones;
        }

        @Override
        public Map<Prefix, Integer> delaysMillis() {
            return delays;
        }
    }
}
