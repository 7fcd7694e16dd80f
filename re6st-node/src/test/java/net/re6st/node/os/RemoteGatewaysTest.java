package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import net.re6st.net.Ip4;
import org.junit.jupiter.api.Test;

/** Which tunnels take which gateway; that routes come and go is seen on real hosts, in {@code ModesIT}. */
final class RemoteGatewaysTest {
    private static final List<Ip4> GATEWAYS =
            List.of(Ip4.parse("192.0.2.1").orElseThrow(), Ip4.parse("192.0.2.2").orElseThrow());

    @Test
    void gatewaysAreUsedInTurnAndEachAddressKeepsItsOwn() {
        try (Commands commands = new Commands()) {
            // Closed: nothing is run.
            commands.close();
            RemoteGateways gateways = new RemoteGateways(commands, GATEWAYS);
            gateways.dialled("203.0.113.1");
            gateways.dialled("203.0.113.2");
            gateways.dialled("203.0.113.1");
            gateways.dialled("203.0.113.3");
            assertThat(gateways.routes())
                    .containsExactly(
                            "203.0.113.1 via 192.0.2.1", "203.0.113.2 via 192.0.2.2", "203.0.113.3 via 192.0.2.1");
        }
    }

    @Test
    void theLastUseTakesTheRouteAwayAndWhoCameByItselfGetsNone() {
        try (Commands commands = new Commands()) {
            commands.close();
            RemoteGateways gateways = new RemoteGateways(commands, GATEWAYS);
            gateways.dialled("203.0.113.1");
            gateways.served("203.0.113.1");
            gateways.released("203.0.113.1");
            assertThat(gateways.routes()).hasSize(1);
            gateways.released("203.0.113.1");
            assertThat(gateways.routes()).isEmpty();

            gateways.served("203.0.113.9");
            gateways.dialled("203.0.113.9");
            assertThat(gateways.routes()).isEmpty();
            gateways.released("203.0.113.9");
            gateways.released("203.0.113.9");
            gateways.released("203.0.113.9");
            gateways.dialled("203.0.113.9");
            assertThat(gateways.routes()).hasSize(1);
        }
    }

    @Test
    void routesOfAnEarlierDaemonAreFound() {
        assertThat(
                        RemoteGateways.found(
                                """
                        203.0.113.1 via 192.0.2.2 dev eth0
                        203.0.113.2 dev eth0 scope link
                        unreachable 203.0.113.3
                        """))
                .containsExactly(Map.entry("203.0.113.1", GATEWAYS.get(1)));
    }

    @Test
    void commandsAreThose() {
        LinuxNetwork.Change route = LinuxNetwork.remoteRoute("203.0.113.1", GATEWAYS.get(0));
        assertThat(String.join(" ", route.apply())).isEqualTo("ip -4 route add 203.0.113.1 via 192.0.2.1 proto 143");
        assertThat(String.join(" ", route.undo())).isEqualTo("ip -4 route del 203.0.113.1 via 192.0.2.1 proto 143");
    }
}
