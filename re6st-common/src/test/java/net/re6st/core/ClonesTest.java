package net.re6st.core;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import net.re6st.core.port.ClientId;
import net.re6st.core.port.RoutingView;
import net.re6st.core.port.RoutingView.Contest;
import net.re6st.net.Iface;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ClonesTest {
    private static final int HELLO_SECONDS = 15;
    private static final int CERTAIN_SECONDS = Clones.CERTAIN_HELLOS * HELLO_SECONDS;
    private static final Prefix OTHER = Transcript.peer(3);
    private static final Iface SERVER = new Iface("re6stnet-tcp");
    private static final Contest CONTEST = new Contest(OTHER, 1, 2);

    private Moment now = TestNode.START;
    private Node node;
    private Prefix self;

    @BeforeEach
    void start() {
        TestNode test = new TestNode();
        self = test.prefix;
        node = test.create(new RecordedPorts().with(new FakeCryptography()), now);
        node.start(new TreeMap<>(), "", now);
    }

    @Test
    void twoRouterIdsThatLastAreTwoMachines() {
        routes(CONTEST);
        pass(CERTAIN_SECONDS - 1);
        assertThat(reported()).isEmpty();
        pass(2);
        assertThat(node.report(now).clones()).containsExactly(new NodeReport.Clone(OTHER, TestNode.START, List.of()));
    }

    @Test
    void thatIsSeenWithoutAnythingElseHappening() {
        routes(CONTEST);
        int events = 0;
        while (reported().isEmpty() && events++ < 1000) {
            now = new Moment(node.nextDeadlineNanos(), now.wallMicros());
            node.onTimer(now);
        }
        assertThat(reported()).containsExactly(OTHER);
        long nanos = now.monotonicNanos() - TestNode.START.monotonicNanos();
        assertThat(nanos).isEqualTo(CERTAIN_SECONDS * 1_000_000_000L);
    }

    @Test
    void aRestartIsNone() {
        routes(CONTEST);
        pass(CERTAIN_SECONDS - 1);
        routes();
        pass(10 * CERTAIN_SECONDS);
        assertThat(reported()).isEmpty();
    }

    @Test
    void oneRestartAfterTheOtherIsNone() {
        for (int start = 1; start < 50; start++) {
            routes(new Contest(OTHER, start, start + 1));
            pass(CERTAIN_SECONDS / 2);
            assertThat(reported()).as("start " + start).isEmpty();
        }
    }

    @Test
    void aContestThatPausesIsStillOne() {
        routes(CONTEST);
        for (int i = 0; i < 5; i++) {
            pass(CERTAIN_SECONDS / 6);
            routes();
            pass(CERTAIN_SECONDS / 6);
            routes(CONTEST);
        }
        assertThat(reported()).containsExactly(OTHER);
    }

    @Test
    void thatItLastedBeforeAPauseProvesNothing() {
        routes(CONTEST);
        pass(CERTAIN_SECONDS / 2);
        routes();
        pass(CERTAIN_SECONDS - 10);
        assertThat(reported()).isEmpty();
        pass(20);
        routes(CONTEST);
        assertThat(reported()).isEmpty();
        pass(CERTAIN_SECONDS - 10);
        assertThat(reported()).isEmpty();
    }

    @Test
    void ourOwnPrefixIsToldAsAnyOther() {
        routes(new Contest(self, 7, 9));
        pass(CERTAIN_SECONDS + 1);
        assertThat(reported()).containsExactly(self);
    }

    @Test
    void afterARestartOfOurBabeldOnlyItsNewIdCounts() {
        routes(new Contest(self, 7, 9));
        pass(CERTAIN_SECONDS - 10);
        node.onRoutingRestarted(now);
        // Whatever was heard before, nothing is at the moment.
        pass(20);
        assertThat(reported()).isEmpty();
        routes(new Contest(self, 7, 8));
        pass(CERTAIN_SECONDS - 10);
        routes();
        pass(2 * CERTAIN_SECONDS);
        assertThat(reported()).isEmpty();
    }

    @Test
    void whatIsReportedStaysUntilItIsLongOver() {
        routes(CONTEST);
        pass(CERTAIN_SECONDS + 1);
        routes();
        pass(CERTAIN_SECONDS - 10);
        assertThat(reported()).containsExactly(OTHER);
        // One of the two starts again: it still is the same node.
        routes(new Contest(OTHER, 2, 3));
        pass(CERTAIN_SECONDS + 1);
        assertThat(reported()).containsExactly(OTHER);
        routes();
        pass(CERTAIN_SECONDS + 1);
        assertThat(reported()).isEmpty();
    }

    @Test
    void howeverManyStartAgainThereIsALimit() {
        List<Contest> contests = new ArrayList<>();
        for (int i = 0; i < 2 * Clones.MAX_SUSPICIONS; i++) {
            String bits =
                    String.format("%16s", Integer.toBinaryString(1000 + i)).replace(' ', '0');
            contests.add(new Contest(Prefix.ofBits(bits), 1, 2));
        }
        routes(contests.toArray(Contest[]::new));
        pass(CERTAIN_SECONDS + 1);
        assertThat(reported()).hasSize(Clones.MAX_SUSPICIONS);
    }

    private long clients;

    /** Its machine at this address connects, and throws out who was there before; whoever it was hears of it later. */
    private void connect(String address) {
        ClientId id = new ClientId(SERVER, ++clients);
        node.onClientConnecting(id, OTHER, BigInteger.TEN, address, now);
        node.onClientGone(new ClientId(SERVER, clients - 1), now);
        node.onClientConnected(id, OTHER, BigInteger.TEN, address, now);
    }

    @Test
    void clientsThatThrowEachOtherOutAgainAndAgainAreTwoMachines() {
        // The first two throw nobody out, or one that never came back before.
        for (int i = 0; i < Rivalries.CERTAIN_RETURNS + 1; i++) {
            connect("192.0.2." + (1 + i % 2));
            pass(1);
        }
        assertThat(reported()).isEmpty();
        connect("192.0.2." + (1 + (Rivalries.CERTAIN_RETURNS + 1) % 2));
        assertThat(node.report(now).clones())
                .extracting(NodeReport.Clone::node, NodeReport.Clone::addresses)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(OTHER, List.of("192.0.2.1", "192.0.2.2")));
        pass(CERTAIN_SECONDS - 1);
        assertThat(reported()).containsExactly(OTHER);
        pass(2);
        assertThat(reported()).isEmpty();
    }

    @Test
    void aClientThatMovesAndOneThatComesAgainAndAgainAreNone() {
        for (int i = 0; i < 100; i++) {
            connect("192.0.2." + i);
            connect("192.0.2." + i);
            connect("192.0.2." + i);
        }
        assertThat(reported()).isEmpty();
    }

    @Test
    void aClientWithTwoWaysThatComesBackAfterItLeftIsNone() {
        for (int i = 0; i < 100; i++) {
            connect("192.0.2." + i % 2);
            node.onClientGone(new ClientId(SERVER, clients), now);
            pass(1);
        }
        assertThat(reported()).isEmpty();
    }

    @Test
    void aClientWithTwoWaysThatNoticesADeadTunnelIsNone() {
        for (int i = 0; i < 100; i++) {
            connect("192.0.2." + i % 2);
            pass(4 * HELLO_SECONDS);
        }
        assertThat(reported()).isEmpty();
    }

    /** By its CN the registry's own node can't be revoked. */
    @Test
    void saysWhatCanBeDone() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Clones.class);
        log.start();
        logger.addAppender(log);
        routes(CONTEST, new Contest(TestNode.REGISTRY, 1, 2));
        pass(CERTAIN_SECONDS + 1);
        logger.detachAppender(log);
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactlyInAnyOrder(
                        "two machines use the certificate of " + OTHER + ": both announce its prefix. Revoke it at the"
                                + " registry (re6st-registry revoke " + OTHER
                                + ") and give each machine one of its own",
                        "two machines use the certificate of " + TestNode.REGISTRY + ": both announce its prefix. It is"
                                + " the registry's own node: end the one that is a copy, and give it a certificate of its"
                                + " own");
    }

    private void routes(Contest... contests) {
        node.onRoutes(new View(List.of(contests)), now);
    }

    /** Seconds that pass; whatever is due meanwhile happens. */
    private void pass(int seconds) {
        Moment end = now.plus(java.time.Duration.ofSeconds(seconds));
        for (int events = 0; node.nextDeadlineNanos() <= end.monotonicNanos(); events++) {
            assertThat(events).as("timers in " + seconds + " s").isLessThan(100_000);
            long nanos = Math.max(0, node.nextDeadlineNanos() - now.monotonicNanos());
            now = now.plus(java.time.Duration.ofNanos(nanos));
            node.onTimer(now);
        }
        now = end;
    }

    private List<Prefix> reported() {
        return node.report(now).clones().stream().map(NodeReport.Clone::node).toList();
    }

    /** A routing table of which only the contests matter. */
    private record View(List<Contest> contests) implements RoutingView {
        private static final RoutingView NOTHING = RoutingView.empty();

        @Override
        public int nodeCount() {
            return NOTHING.nodeCount();
        }

        @Override
        public boolean isReachable(Prefix node) {
            return NOTHING.isReachable(node);
        }

        @Override
        public List<Neighbour> neighbours() {
            return NOTHING.neighbours();
        }

        @Override
        public Optional<Iface> interfaceTo(Prefix node) {
            return NOTHING.interfaceTo(node);
        }

        @Override
        public int routesThrough(Iface iface) {
            return NOTHING.routesThrough(iface);
        }

        @Override
        public int distantCount() {
            return NOTHING.distantCount();
        }

        @Override
        public List<Prefix> sampleDistant(int count, RandomGenerator random) {
            return NOTHING.sampleDistant(count, random);
        }

        @Override
        public List<Prefix> sample(int count, RandomGenerator random) {
            return NOTHING.sample(count, random);
        }

        @Override
        public boolean hasForeignRoute() {
            return NOTHING.hasForeignRoute();
        }
    }
}
