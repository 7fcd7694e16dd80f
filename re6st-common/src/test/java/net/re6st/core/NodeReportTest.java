package net.re6st.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import net.re6st.core.NodeReport.TunnelState;
import net.re6st.core.port.ClientId;
import net.re6st.core.port.RoutingView.Neighbour;
import net.re6st.net.Iface;
import net.re6st.net.Prefix;
import net.re6st.net.Transport;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeReportTest {
    private static final Prefix CACHED = Transcript.peer(1);
    private static final Prefix VISITOR = Transcript.peer(2);
    private static final Iface FIRST = new Iface("re6stnet1");
    private static final Iface SERVER = new Iface("re6stnet-tcp");

    private final RecordedPorts ports = new RecordedPorts();
    private Node node;

    @BeforeEach
    void start() {
        TestNode test = new TestNode();
        test.disabled = Set.of(Transport.UDP);
        node = test.create(ports.with(new FakeCryptography()), TestNode.START);
        TreeMap<Prefix, String> cached = new TreeMap<>();
        cached.put(CACHED, "192.0.2.1,1194,tcp");
        node.start(cached, "", TestNode.START);
        // Nobody is reachable: the cached peer is dialled.
        node.onRegistryFailed(net.re6st.core.port.RegistryLink.Call.BOOTSTRAP_PEER, "down", TestNode.START);
    }

    @Test
    void tellsHowFarATunnelIs() {
        assertThat(report().tunnels())
                .containsExactly(new NodeReport.Tunnel(
                        CACHED, FIRST, null, TunnelState.DIALLING, "192.0.2.1,1194,tcp", null, null));
        node.onTunnelUp(FIRST, CACHED, BigInteger.TEN, null, TestNode.START);
        assertThat(report().tunnels()).extracting(NodeReport.Tunnel::state).containsExactly(TunnelState.UP);
        assertThat(report().tunnels()).extracting(NodeReport.Tunnel::serial).containsExactly(BigInteger.TEN);
    }

    @Test
    void tellsWhichTunnelIsBeingRemoved() {
        node.onTunnelUp(FIRST, CACHED, BigInteger.TEN, null, TestNode.START);
        node.onRoutes(
                new SmallRoutingView(List.of(new Neighbour(CACHED, FIRST, 1, 3.5, 96)), List.of()), TestNode.START);
        assertThat(node.removals().start(CACHED, TestNode.START)).isTrue();
        assertThat(report().tunnels()).extracting(NodeReport.Tunnel::state).containsExactly(TunnelState.REMOVING);
        assertThat(report().neighbours()).isEqualTo(1);
    }

    @Test
    void tellsClientsByServerAndNumber() {
        node.onClientConnected(new ClientId(SERVER, 7), VISITOR, BigInteger.TWO, "198.51.100.2", TestNode.START);
        assertThat(report().tunnels())
                .contains(new NodeReport.Tunnel(
                        VISITOR, SERVER, 7L, TunnelState.UP, "198.51.100.2", BigInteger.TWO, null));
    }

    @Test
    void tellsWhoIsCachedAndWhoWasTried() {
        assertThat(report().peers().cached()).isEqualTo(1);
        assertThat(report().peers().tried()).isEqualTo(1);
        assertThat(node.peers(TestNode.START)).anySatisfy(peer -> {
            assertThat(peer.peer()).isEqualTo(CACHED);
            assertThat(peer.cached().text()).isEqualTo("192.0.2.1,1194,tcp");
            assertThat(peer.tried()).isTrue();
            assertThat(peer.session()).isNull();
            assertThat(peer.version()).isEqualTo(-1);
        });
        node.onTunnelUp(FIRST, CACHED, BigInteger.TEN, null, TestNode.START);
        assertThat(report().peers().tried()).isZero();
    }

    @Test
    void lookingChangesNothing() {
        List<String> commanded = ports.take();
        long deadline = node.nextDeadlineNanos();
        Seeds.forEach(20, (seed, random) -> {
            report();
            node.peers(TestNode.START);
        });
        assertThat(ports.take()).isEmpty();
        assertThat(node.nextDeadlineNanos()).isEqualTo(deadline);
        assertThat(commanded).isNotEmpty();
    }

    private NodeReport report() {
        return node.report(TestNode.START);
    }
}
