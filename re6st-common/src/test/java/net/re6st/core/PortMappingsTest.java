package net.re6st.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import net.re6st.core.NodeSettings.Family;
import net.re6st.core.NodeSettings.Mapping;
import net.re6st.core.NodeSettings.Port;
import net.re6st.core.NodeSettings.RouterUse;
import net.re6st.core.port.PortMapper.Failure;
import net.re6st.core.port.PortMapper.Grant;
import net.re6st.core.port.PortMapper.Router;
import net.re6st.core.port.PortMapping;
import net.re6st.net.Iface;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.net.Transport;
import net.re6st.testing.Seeds;
import net.re6st.wire.AddressList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a node asks its router for, when, and what it then advertises. The router of these tests is at 203.0.113.9. */
class PortMappingsTest {
    private static final Port UDP = new Port(1194, Transport.UDP);
    private static final Port TCP = new Port(1194, Transport.TCP);
    private static final int LEASE = 1500;

    private final RecordedPorts ports = new RecordedPorts();
    private Moment now = TestNode.START;
    private long seed = 1;
    private @Nullable Node node;

    @Test
    void everyPortIsAskedForOneAfterTheOtherAndAdvertisedThen() {
        start(RouterUse.EXPECTED, "", UDP, TCP);
        PortMapping udp = asked();
        assertThat(udp).isEqualTo(new PortMapping(1194, Transport.UDP, udp.externalPort(), LEASE));
        assertThat(udp.externalPort()).isBetween(32_768, 49_151);
        mapped(udp);
        PortMapping tcp = asked();
        assertThat(tcp.transport()).isEqualTo(Transport.TCP);
        assertThat(advertised()).isEmpty();
        mapped(tcp);
        assertThat(advertised())
                .isEqualTo("203.0.113.9," + udp.externalPort() + ",udp;203.0.113.9," + tcp.externalPort() + ",tcp");
        assertThat(report().state()).isEqualTo(MappingReport.State.MAPPED);
        assertThat(report().ports())
                .containsExactly(
                        new MappingReport.Mapped(UDP, udp.externalPort(), LEASE),
                        new MappingReport.Mapped(TCP, tcp.externalPort(), LEASE));
    }

    @Test
    void untilThereIsOneTheAddressThatPeersSeeIsAdvertisedWithOurOwnPorts() {
        start(RouterUse.IF_ANY, "", TCP);
        PortMapping mapping = asked();
        node().ownAddresses().observed("203.0.113.77", now);
        assertThat(advertised()).isEqualTo("203.0.113.77,1194,tcp");
        mapped(mapping);
        node().ownAddresses().observed("203.0.113.78", now);
        assertThat(advertised()).isEqualTo("203.0.113.9," + mapping.externalPort() + ",tcp");
        assertThat(report().seenIp()).isEqualTo("203.0.113.78");
    }

    @Test
    void aMappingIsRenewedOnTheSamePortEvery500Seconds() {
        start(RouterUse.EXPECTED, "", TCP);
        PortMapping mapping = asked();
        mapped(mapping);
        pass(499);
        assertThat(calls()).isEmpty();
        pass(1);
        assertThat(asked()).isEqualTo(mapping);
        mapped(mapping);
        assertThat(calls()).isEmpty();
        pass(500);
        assertThat(asked()).isEqualTo(mapping);
    }

    @Test
    void aShorterLeaseIsRenewedHalfWay() {
        start(RouterUse.EXPECTED, "", TCP);
        PortMapping mapping = asked();
        grant(mapping, mapping.externalPort(), 120);
        pass(59);
        assertThat(calls()).isEmpty();
        pass(1);
        assertThat(asked()).isEqualTo(mapping);
    }

    @Test
    void aPortThatIsTakenIsExchangedAfterASecondForAnotherAtMostFifteenTimes() {
        Seeds.forEach(20, (number, random) -> {
            seed = number;
            start(RouterUse.EXPECTED, "", TCP);
            List<Integer> tried = new ArrayList<>();
            for (int i = 1; i <= 15; i++) {
                PortMapping mapping = asked();
                tried.add(mapping.externalPort());
                failed(mapping, Failure.CONFLICT, "taken");
                assertThat(calls()).isEmpty();
                pass(i < 15 ? 1 : 59);
            }
            assertThat(calls()).isEmpty();
            assertThat(tried).allSatisfy(port -> assertThat(port).isBetween(32_768, 49_151));
            assertThat(tried.stream().distinct().count()).isGreaterThan(12);
            assertThat(report().problem()).isEqualTo("taken");
            pass(1);
            mapped(asked());
            assertThat(report().problem()).isNull();
        });
    }

    @Test
    void aRouterThatFailsIsAskedAgainEveryMinute() {
        start(RouterUse.EXPECTED, "", TCP);
        for (int i = 0; i < 5; i++) {
            failed(asked(), Failure.NO_ROUTER, "no answer");
            pass(59);
            assertThat(calls()).isEmpty();
            pass(1);
        }
        assertThat(report().state()).isEqualTo(MappingReport.State.FAILED);
        mapped(asked());
        assertThat(report().state()).isEqualTo(MappingReport.State.MAPPED);
    }

    @Test
    void whereNoneIsExpectedItIsLookedForLessAndLess() {
        start(RouterUse.IF_ANY, "", TCP);
        for (int seconds : List.of(60, 120, 240, 480, 960, 1920, 3600, 3600)) {
            failed(asked(), Failure.NO_ROUTER, "no answer");
            pass(seconds - 1);
            assertThat(calls()).isEmpty();
            pass(1);
        }
        mapped(asked());
        pass(500);
        failed(asked(), Failure.NO_ROUTER, "no answer");
        pass(60);
        assertThat(asked()).isNotNull();
    }

    @Test
    void aMappingThatCannotBeRenewedIsAdvertisedUntilItsLeaseEnds() {
        start(RouterUse.EXPECTED, "", TCP);
        node().ownAddresses().observed("203.0.113.77", now);
        PortMapping mapping = asked();
        mapped(mapping);
        pass(500);
        for (int i = 500; i < LEASE; i += 60) {
            assertThat(advertised()).contains("203.0.113.9," + mapping.externalPort());
            failed(asked(), Failure.NO_ROUTER, "no answer");
            pass(60);
        }
        assertThat(report().state()).isEqualTo(MappingReport.State.FAILED);
        failed(asked(), Failure.NO_ROUTER, "no answer");
        assertThat(advertised()).isEqualTo("203.0.113.77,1194,tcp");
        pass(60);
        assertThat(asked()).isEqualTo(mapping);
    }

    @Test
    void aLeaseWithoutEndIsKept() {
        start(RouterUse.EXPECTED, "", TCP);
        PortMapping mapping = asked();
        grant(mapping, mapping.externalPort(), 0);
        assertThat(report().ports()).containsExactly(new MappingReport.Mapped(TCP, mapping.externalPort(), -1));
        pass(500);
        failed(asked(), Failure.NO_ROUTER, "no answer");
        assertThat(advertised()).contains("203.0.113.9");
    }

    @Test
    void theRouterMayChooseThePort() {
        start(RouterUse.EXPECTED, "", TCP);
        grant(asked(), 5555, LEASE);
        assertThat(advertised()).isEqualTo("203.0.113.9,5555,tcp");
        pass(500);
        assertThat(asked().externalPort()).isEqualTo(5555);
    }

    @Test
    void theExternalPortsOfAnEarlierRunAreAskedForFirst() {
        start(RouterUse.EXPECTED, "203.0.113.9,40001,udp;203.0.113.9,40002,tcp", TCP, UDP);
        assertThat(mapped(asked()).externalPort()).isEqualTo(40_002);
        assertThat(mapped(asked()).externalPort()).isEqualTo(40_001);
    }

    @Test
    void otherPortsOfAnEarlierRunAreNot() {
        start(RouterUse.EXPECTED, "203.0.113.9,1194,tcp;203.0.113.9,50000,tcp;nonsense", TCP);
        assertThat(asked().externalPort()).isBetween(32_768, 49_151);
    }

    @Test
    void aRouterWithoutAnAddressIsAFailure() {
        for (String ip : List.of("", "0.0.0.0", "127.0.0.1", "example.com")) {
            start(RouterUse.EXPECTED, "", TCP);
            PortMapping mapping = asked();
            node().onMapped(mapping, new Grant(new Router("UPnP", "here", ip), mapping.externalPort(), LEASE), now);
            assertThat(advertised()).isEmpty();
            assertThat(report().problem()).contains("has no address (" + ip + ")");
            pass(60);
            assertThat(asked()).isNotNull();
        }
    }

    @Test
    void peersThatSeeAnotherAddressThanBeforeMakeItAskAgainOnceAMinute() {
        start(RouterUse.EXPECTED, "", TCP);
        PortMapping mapping = asked();
        mapped(mapping);
        node().ownAddresses().observed("203.0.113.9", now);
        pass(60);
        assertThat(node().ownAddresses().observed("203.0.113.10", now)).isTrue();
        node().mappings().doubt(now);
        pass(0);
        assertThat(asked()).isEqualTo(mapping);
        node().onMapped(
                        mapping,
                        new Grant(new Router("UPnP", "here", "203.0.113.10"), mapping.externalPort(), LEASE),
                        now);
        assertThat(advertised()).startsWith("203.0.113.10,");
        pass(59);
        node().mappings().doubt(now);
        pass(0);
        assertThat(calls()).isEmpty();
    }

    @Test
    void aTunnelWhoseOtherEndSeesUsElsewhereMakesItAskAgain() {
        TestNode test = new TestNode();
        test.ipv4 = new Family(AddressList.EMPTY, true, List.of(TCP));
        test.mapping = new Mapping(RouterUse.EXPECTED, Mapping.REFRESH);
        node = test.create(ports.with(new FakeCryptography()), now);
        TreeMap<Prefix, String> cached = new TreeMap<>();
        cached.put(Transcript.peer(3), "203.0.113.3,1194,tcp");
        cached.put(Transcript.peer(4), "203.0.113.4,1194,tcp");
        node().start(cached, "", now);
        List<String> begun = ports.take();
        List<String[]> dialled = begun.stream()
                .filter(call -> call.startsWith("tunnels.dial "))
                .map(call -> call.split(" "))
                .toList();
        PortMapping mapping = asked(begun.stream()
                .filter(call -> call.startsWith("mapper."))
                .findFirst()
                .orElseThrow());
        mapped(mapping);
        up(dialled.get(0), "203.0.113.9");
        pass(60);
        assertThat(calls()).isEmpty();
        up(dialled.get(1), "203.0.113.10");
        pass(0);
        assertThat(asked()).isEqualTo(mapping);
    }

    private void up(String[] dialled, String seen) {
        Prefix peer = Prefix.parseCn(dialled[dialled.length - 1]).orElseThrow();
        node().onTunnelUp(new Iface(dialled[1]), peer, BigInteger.ONE, seen, now);
    }

    @Test
    void answersToOtherQuestionsAreIgnored() {
        start(RouterUse.EXPECTED, "", TCP);
        PortMapping mapping = asked();
        PortMapping other = new PortMapping(1194, Transport.TCP, 1, LEASE);
        mapped(other);
        failed(other, Failure.CONFLICT, "late");
        assertThat(advertised()).isEmpty();
        mapped(mapping);
        mapped(mapping);
        failed(mapping, Failure.NO_ROUTER, "late");
        assertThat(report().problem()).isNull();
    }

    @Test
    void whatIsMappedIsRemovedAtTheEndAndWhatIsAskedForToo() {
        start(RouterUse.EXPECTED, "", UDP, TCP);
        PortMapping udp = asked();
        mapped(udp);
        PortMapping tcp = asked();
        node().stop(now);
        assertThat(calls())
                .containsExactly(
                        "mapper.unmap 1194 udp at " + udp.externalPort(),
                        "mapper.unmap 1194 tcp at " + tcp.externalPort());
    }

    @Test
    void anotherProcessThatTakesOverFindsThemAsTheyAre() {
        start(RouterUse.EXPECTED, "", TCP);
        mapped(asked());
        node().handOver(now);
        assertThat(calls()).isEmpty();
    }

    @Test
    void noRouterIsAskedWhenAddressesAreGiven() {
        start(RouterUse.NEVER, "", TCP);
        assertThat(calls()).isEmpty();
        assertThat(node().report(now).mapping()).isNull();
    }

    private void start(RouterUse use, String stored, Port... own) {
        TestNode test = new TestNode();
        test.seed = seed;
        test.ipv4 = new Family(AddressList.EMPTY, true, List.of(own));
        test.mapping = new Mapping(use, Mapping.REFRESH);
        node = test.create(ports.with(new FakeCryptography()), now);
        node.start(new TreeMap<>(), stored, now);
    }

    private Node node() {
        return java.util.Objects.requireNonNull(node);
    }

    private MappingReport report() {
        return java.util.Objects.requireNonNull(node().report(now).mapping());
    }

    private String advertised() {
        return node().report(now).advertised().text();
    }

    /** Calls of the mapper since the last time. */
    private List<String> calls() {
        return ports.take().stream().filter(call -> call.startsWith("mapper.")).toList();
    }

    private PortMapping asked() {
        List<String> calls = calls();
        assertThat(calls).hasSize(1);
        return asked(calls.get(0));
    }

    private static PortMapping asked(String call) {
        String[] words = call.split(" ");
        assertThat(words[0]).isEqualTo("mapper.map");
        return new PortMapping(
                Integer.parseInt(words[1]),
                Transport.parse(words[2]).orElseThrow(),
                Integer.parseInt(words[4]),
                Integer.parseInt(words[6]));
    }

    private PortMapping mapped(PortMapping mapping) {
        grant(mapping, mapping.externalPort(), mapping.leaseSeconds());
        return mapping;
    }

    private void grant(PortMapping mapping, int externalPort, int leaseSeconds) {
        Router router = new Router("UPnP", "http://192.168.1.1:5000/rootDesc.xml", "203.0.113.9");
        node().onMapped(mapping, new Grant(router, externalPort, leaseSeconds), now);
    }

    private void failed(PortMapping mapping, Failure failure, String reason) {
        node().onMappingFailed(mapping, failure, reason, now);
    }

    /** Lets time pass, with every timer on the way. */
    private void pass(int seconds) {
        Moment end = now.plus(Duration.ofSeconds(seconds));
        while (end.hasReached(node().nextDeadlineNanos())) {
            long wait = Math.max(0, node().nextDeadlineNanos() - now.monotonicNanos());
            now = now.plus(Duration.ofNanos(wait));
            node().onTimer(now);
        }
        now = end;
    }
}
