package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The laboratory itself.
 *
 * <pre>
 *   h1, h2 --- internet --- h3-nat --- h3
 * </pre>
 */
final class LabIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static Lab lab;
    private static Host h1;
    private static Host h2;
    private static Host h3;

    @BeforeAll
    static void build() {
        lab = Lab.create();
        h1 = lab.host("h1");
        h2 = lab.host("h2");
        h3 = lab.hostBehindNat("h3");
    }

    @AfterAll
    static void remove() {
        lab.close();
        assertThat(Command.of("ip", "netns", "list").output()).doesNotContain(lab.name());
        assertThat(lab.directory()).doesNotExist();
    }

    @Test
    void hostsReachEachOther() {
        assertThat(pings(h1, h2)).isTrue();
    }

    @Test
    void hostBehindNatReachesOthersButIsNotReached() {
        assertThat(pings(h3, h1)).isTrue();
        assertThat(h1.command("ping", "-c1", "-W1", "198.51.100.3").run().ok())
                .as("the router answers")
                .isTrue();
        assertThat(pings(h1, h3)).isFalse();
    }

    @Test
    void blockedPairReachesThirdOnly() {
        lab.block(h1, h2);
        assertThat(pings(h1, h2)).isFalse();
        assertThat(pings(h2, h1)).isFalse();
        assertThat(pings(h3, h2)).isTrue();
        lab.unblock(h1, h2);
        assertThat(pings(h1, h2)).isTrue();
    }

    @Test
    void cutHostIsAloneUntilRestored() {
        h3.cut();
        assertThat(pings(h3, h1)).isFalse();
        h3.restore();
        assertThat(pings(h3, h1)).isTrue();
    }

    @Test
    void lossyHostLosesAboutThatShare() {
        h2.loss(20);
        String output = h1.command("ping", "-q", "-i", "0.002", "-c", "500", "-W1", h2.ip4())
                .run()
                .output();
        h2.loss(0);
        int received = Integer.parseInt(output.replaceAll("(?s).*, (\\d+) received.*", "$1"));
        // 0.8 each way: 320 expected, 5 standard deviations are 54.
        assertThat(received).isBetween(266, 374);
    }

    @Test
    void processesAreSeenOnTheirHostOnly() {
        Task task = h1.start("sleep", h1.directory(), Map.of("LAB_TEST", "1"), List.of("sleep", "100"));
        Await.until("it is seen", LIMIT, () -> h1.processes("sleep").size() == 1);
        assertThat(h2.processes()).isEmpty();
        assertThat(h1.processes("sleep").get(0).pid()).isEqualTo(task.pid());
        task.kill();
        assertThat(task.awaitExit(LIMIT)).isEqualTo(137);
        assertThat(h1.processes()).isEmpty();
    }

    @Test
    void proberCountsEachDirection() throws Exception {
        h1.enableIpv6();
        h2.enableIpv6();
        try (Prober prober = Prober.start(List.of(target(h1), target(h2)))) {
            Await.until("both ways", LIMIT, () -> prober.allReachedNanos().isPresent());
            long start = prober.now();
            Await.until("1.5 s of probes", LIMIT, () -> prober.since(start).sent() >= 10);
            assertThat(prober.since(start).lost()).isZero();
            h2.cut();
            long cut = prober.now();
            Await.until("1.5 s of probes", LIMIT, () -> prober.since(cut).sent() >= 10);
            h2.restore();
            assertThat(prober.since(cut + 100_000_000).lost()).isGreaterThanOrEqualTo(8);
            assertThat(prober.unreachableSince(prober.now())).hasSize(2);
            Await.until("both ways", LIMIT, () -> prober.unreachableSince(cut).isEmpty());
        }
    }

    @Test
    void leftoversOfADeadOwnerAreRemovedAndThoseOfALivingOneKept() throws Exception {
        RunId dead = new RunId(RunId.own().pid(), 1);
        Command.of("ip", "netns", "add", dead.nameOf("h1")).output();
        Path directory = Files.createDirectories(lab.directory().resolveSibling(dead.name()));
        Undertaker.removeLeftovers(directory.getParent());
        assertThat(Command.of("ip", "netns", "list").output())
                .doesNotContain(dead.nameOf("h1"))
                .contains(lab.name());
        assertThat(directory).doesNotExist();
        assertThat(lab.directory()).exists();
    }

    private static boolean pings(Host from, Host to) {
        return from.command("ping", "-c1", "-W1", to.ip4()).run().ok();
    }

    private static Prober.Target target(Host host) throws Exception {
        return new Prober.Target(host.name(), host, (Inet6Address) InetAddress.getByName(host.ip6()));
    }
}
