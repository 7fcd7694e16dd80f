package net.re6st.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.re6st.core.port.ClientId;
import org.junit.jupiter.api.Test;

final class LinkWatchTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void lossyTunnelIsLockedThenCutOffThenClosed() {
        WatchedNode watched = settled(3);
        watched.lose(2, 0.4);
        assertThat(watched.runUntil("routing.lock re6stnet2", SOON)).isTrue();
        double locked = watched.seconds();
        assertThat(watched.runUntil("routing.retract re6stnet2", SOON)).isTrue();
        double cutOff = watched.seconds();
        assertThat(cutOff - locked).isBetween(5.0, 5.1);
        watched.leave(2);
        watched.run(Duration.ofSeconds(100));
        assertThat(watched.node.report(watched.now()).tunnels())
                .as("Babel was cut off on purpose")
                .filteredOn(tunnel -> tunnel.iface().equals(WatchedNode.iface(2)))
                .allMatch(tunnel -> tunnel.quality() != null)
                .hasSize(1);
        assertThat(watched.runUntil("tunnels.close re6stnet2", Duration.ofMinutes(3)))
                .isTrue();
        // The peer, which does not answer, is told six times, each within a hello of 15 s and a quarter, and 5.5 s.
        assertThat(watched.seconds() - cutOff).isBetween(118.0, 119.0);
        assertThat(watched.commands).noneMatch(each -> each.contains("re6stnet1") || each.contains("re6stnet3"));
    }

    @Test
    void silentTunnelIsCutOffAtOnce() {
        WatchedNode watched = settled(3);
        watched.lose(2, 1);
        assertThat(watched.runUntil("routing.retract re6stnet2", Duration.ofSeconds(9)))
                .isTrue();
        assertThat(watched.commands.get(0)).endsWith("routing.lock re6stnet2");
        assertThat(watched.commands).hasSize(2);
    }

    @Test
    void tunnelIsUsedAgainIfThereWasNoOtherWayAfterAll() {
        WatchedNode watched = settled(3);
        watched.lose(2, 1);
        assertThat(watched.runUntil("routing.retract re6stnet2", SOON)).isTrue();
        double cutOff = watched.seconds();
        assertThat(watched.runUntil("routing.unlock re6stnet2", SOON)).isTrue();
        assertThat(watched.seconds() - cutOff).isBetween(10.0, 11.1);
        assertThat(watched.commands).noneMatch(each -> each.contains("tunnels.close"));
    }

    @Test
    void tunnelThatIsTheOnlyWayIsKept() {
        WatchedNode watched = settled(3);
        watched.isOnlyWay(2);
        watched.lose(2, 0.4);
        assertThat(watched.runUntil("re6stnet2", Duration.ofMinutes(4))).isFalse();
    }

    @Test
    void nothingIsGivenUpWhenSeveralLinksAreBadAtOnce() {
        WatchedNode watched = settled(4);
        watched.lose(1, 0.4);
        watched.lose(2, 0.4);
        assertThat(watched.runUntil("routing.lock", Duration.ofMinutes(4))).isFalse();
        watched.lose(1, 0);
        assertThat(watched.runUntil("routing.lock re6stnet2", SOON)).isTrue();
    }

    @Test
    void nothingIsGivenUpWithoutAnythingToCompareWith() {
        WatchedNode watched = settled(1);
        watched.lose(1, 0.4);
        assertThat(watched.runUntil("routing.lock", Duration.ofMinutes(4))).isFalse();
    }

    @Test
    void oneTunnelIsGivenUpPerMinute() {
        WatchedNode watched = settled(5);
        watched.lose(1, 0.4);
        watched.lose(2, 0.4);
        assertThat(watched.runUntil("routing.lock", SOON)).isTrue();
        double first = watched.seconds();
        assertThat(watched.runUntil("routing.lock", HOUR)).isTrue();
        assertThat(watched.seconds() - first).isBetween(60.0, 62.0);
    }

    @Test
    void peerIsNotDialledForTenMinutesThenForTwenty() {
        WatchedNode watched = settled(3);
        watched.lose(2, 0.4);
        assertThat(watched.runUntil("routing.lock re6stnet2", SOON)).isTrue();
        TunnelPlanner planner = watched.node.planner();
        Duration minutes = Duration.ofMinutes(10);
        assertThat(planner.isAvoided(WatchedNode.peer(2), watched.now().plus(minutes.minusSeconds(1))))
                .isTrue();
        assertThat(planner.isAvoided(WatchedNode.peer(2), watched.now().plus(minutes)))
                .isFalse();
        assertThat(planner.isAvoided(WatchedNode.peer(1), watched.now())).isFalse();
        planner.avoid(WatchedNode.peer(2), Timers.POOR_PEER, watched.now());
        assertThat(planner.isAvoided(
                        WatchedNode.peer(2),
                        watched.now().plus(minutes.multipliedBy(2).minusSeconds(1))))
                .isTrue();
    }

    @Test
    void planLeavesAvoidedPeersOut() {
        WatchedNode watched = settled(3);
        watched.lose(2, 0.4);
        assertThat(watched.runUntil("routing.lock re6stnet2", SOON)).isTrue();
        watched.leave(2);
        assertThat(watched.runUntil("tunnels.close re6stnet2", Duration.ofMinutes(3)))
                .isTrue();
        watched.exit(2);
        Plan.Step again = new Plan.Step.Ask(WatchedNode.peer(2));
        assertThat(watched.node.planner().plan(true, watched.now()).steps())
                .contains(new Plan.Step.Ask(TestNode.REGISTRY))
                .doesNotContain(again);
        watched.run(Duration.ofMinutes(10));
        assertThat(watched.node.planner().plan(true, watched.now()).steps()).contains(again);
    }

    @Test
    void hostThatIsHeldUpBlamesNoLink() {
        WatchedNode watched = settled(3);
        watched.delay = Duration.ofMillis(300);
        watched.lose(2, 0.4);
        assertThat(watched.runUntil("routing.lock", Duration.ofMinutes(4))).isFalse();
    }

    @Test
    void clientThatDropsALossyTunnelIsNotDialledBack() {
        for (double loss : new double[] {0, 0.4}) {
            WatchedNode watched = settled(3);
            watched.lose(0, loss);
            int before = watched.probes;
            watched.node.removals().onRequested(WatchedNode.peer(4), watched.now());
            watched.run(Duration.ofSeconds(8));
            assertThat(watched.probes - before).isGreaterThan(60);
            watched.node.onClientGone(new ClientId(WatchedNode.SERVER, 4), watched.now());
            assertThat(watched.node.planner().isAvoided(WatchedNode.peer(4), watched.now()))
                    .isEqualTo(loss > 0);
        }
    }

    @Test
    void lossIsReported() {
        WatchedNode watched = settled(3);
        watched.isOnlyWay(2);
        watched.lose(2, 0.4);
        watched.run(Duration.ofMinutes(1));
        for (NodeReport.Tunnel tunnel : watched.node.report(watched.now()).tunnels()) {
            LinkReport quality = tunnel.quality();
            if (tunnel.isDialled()) {
                assertThat(quality).isNotNull();
                assertThat(quality.isLossy()).isEqualTo(tunnel.iface().equals(WatchedNode.iface(2)));
            } else {
                assertThat(quality).isNull();
            }
        }
    }

    /** Our probes would keep OpenVPN from ending a tunnel that carries nothing. */
    @Test
    void tunnelWithoutBabelIsNotProbedForLong() {
        WatchedNode watched = settled(1);
        watched.leave(1);
        int before = watched.probes;
        watched.run(Duration.ofSeconds(50));
        assertThat(watched.probes - before).isGreaterThan(40);
        watched.run(Duration.ofSeconds(20));
        int after = watched.probes;
        watched.run(Duration.ofMinutes(1));
        assertThat(watched.probes).isEqualTo(after);
        watched.comeBack(1);
        watched.run(Duration.ofMinutes(1));
        assertThat(watched.probes - after).isGreaterThan(40);
    }

    @Test
    void nothingIsProbedIfNotWanted() {
        WatchedNode watched = new WatchedNode(false, 3);
        watched.run(Duration.ofMinutes(1));
        assertThat(watched.probes).isZero();
    }

    /** Tunnels that an earlier daemon left, and a while of good answers. */
    private static WatchedNode settled(int tunnels) {
        WatchedNode watched = new WatchedNode(true, tunnels);
        assertThat(watched.runUntil("routing.lock", Duration.ofSeconds(40))).isFalse();
        watched.commands.clear();
        return watched;
    }
}
