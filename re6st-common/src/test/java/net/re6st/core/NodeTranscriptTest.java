package net.re6st.core;

import static net.re6st.core.Transcript.peer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import net.re6st.config.NetworkParameters;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.core.port.RoutingView;
import net.re6st.net.Bytes;
import net.re6st.net.Iface;
import net.re6st.net.Moment;
import net.re6st.wire.AddressList;
import org.junit.jupiter.api.Test;

class NodeTranscriptTest {
    private static final Bytes ASK = Bytes.copyOf((byte) 2);
    private static final Bytes READY = Bytes.copyOf((byte) 3);

    @Test
    void findsItsWayIntoTheNetworkAtItsFirstStart() throws IOException {
        Transcript t = new Transcript(new TestNode());
        t.start();
        t.say("nobody is known yet: asked again after 1, 2, 4 s");
        t.registryFails();
        t.pass(4);
        t.bootstrap(0, "203.0.113.1,1194,udp;203.0.113.1,1194,tcp");
        t.say("UDP does not get through");
        t.exit(1, "unanswered");
        t.up(1, 0);
        t.say("babeld knows the network: two more tunnels at most while nobody connects to us");
        t.routes("0@1:3", 3, 4, 6);
        t.session(3);
        t.message(3, Bytes.ofLatin1("\u0001203.0.113.3,1194,udp"));
        t.pass(5);
        t.check("first-start");
    }

    @Test
    void startsFromItsCacheWithoutTheRegistry() throws IOException {
        Transcript t = new Transcript(new TestNode());
        t.start("3", "203.0.113.3,1194,udp", "4", "example.org,1194,udp", "6", "127.0.0.1,1,tcp;10.0.0.6,1194,sctp");
        t.happens(
                "the name is resolved",
                () -> t.node.onResolved(new net.re6st.core.port.Ticket(1), List.of("127.0.0.1", "203.0.113.4"), t.now));
        t.up(1, 3);
        t.exit(2, "unanswered");
        t.routes("3@1:2", 0);
        t.check("start-from-cache");
    }

    private static Transcript connected(TestNode test) {
        Transcript t = new Transcript(test);
        t.start("0", "203.0.113.1,1194,udp");
        t.up(1, 0);
        t.happens("3/16 is cached", () -> t.node.cache().learn(peer(3), AddressList.parse("203.0.113.3,1194,udp")));
        t.routes("0@1:2", 3);
        t.up(2, 3);
        t.client(9);
        t.client(8);
        t.routes("0@1:3 3@2:1 8@server:1 9@server:1", 4);
        return t;
    }

    private static TestNode twoTunnels() {
        TestNode test = new TestNode();
        test.parameters = test.parameters.with(Parameter.CLIENT_COUNT, Value.of(2));
        return test;
    }

    @Test
    void replacesOutdatedTunnelsNewBeforeOldAndCutsTheLastResort() throws IOException {
        Transcript t = connected(twoTunnels());
        t.happens("4/16 is cached", () -> t.node.cache().learn(peer(4), AddressList.parse("203.0.113.4,1194,udp")));
        t.say("a third tunnel comes first");
        t.happens("tunnels are outdated", () -> t.node.onTunnelsOutdated(t.now));
        t.pass(1);
        t.up(3, 4);
        t.routes("0@1:1 3@2:0 4@3:1 8@server:1 9@server:1");
        t.say("one after the other is removed, in vain because it is needed, and in the end one is cut");
        t.pass(1500);
        assertThat(t.node.planner().outdated().count()).isEqualTo(2);
        t.exit(1, "closed");
        t.check("outdated-tunnels");
        assertThat(t.node.planner().outdated().count()).isEqualTo(1);
    }

    @Test
    void refusesClientsAboveTheLimitUntilItGrows() throws IOException {
        TestNode test = twoTunnels();
        test.parameters = test.parameters.with(Parameter.MAX_CLIENTS, Value.of(2));
        Transcript t = connected(test);
        t.say("two are there");
        t.clientAsks(4);
        t.say("one that renews its keys stays");
        t.clientAsks(8);
        t.clientGone(9);
        t.clientAsks(4);
        t.clientAsks(7);
        t.parameters(test.parameters
                .with(Parameter.MAX_CLIENTS, Value.of(3))
                .with(Parameter.VERSION, Value.of(TestNode.version(9))));
        t.clientAsks(7);
        t.say("less: those who are there stay, nobody else comes in");
        t.parameters(test.parameters
                .with(Parameter.MAX_CLIENTS, Value.of(1))
                .with(Parameter.VERSION, Value.of(TestNode.version(10))));
        t.clientAsks(6);
        t.clientAsks(8);
        t.check("client-limit");
    }

    @Test
    void replacesTheTunnelThatIsUsedLeast() throws IOException {
        Transcript t = connected(twoTunnels());
        t.session(3);
        t.message(3, Bytes.copyOf((byte) 4));
        t.say("tunnel_refresh passed: the link to 3/16 is locked");
        t.pass(300);
        t.say("3/16 is reached another way");
        t.routes("0@1:3 3@2:0 8@server:1 9@server:1", 3, 4);
        t.say("a second request: the first one may be lost");
        t.pass(5);
        t.message(3, READY);
        t.say("one update must reach the peer: 1.25 hellos, and what babeld needs to begin and to send");
        t.pass(25);
        t.exit(2, "closed");
        t.check("replace-tunnel");
    }

    @Test
    void givesUpATunnelToANeighbourOfTheLan() throws IOException {
        Transcript t = connected(twoTunnels());
        t.session(3);
        t.message(3, Bytes.copyOf((byte) 4));
        t.say("3/16 is found on eth0");
        t.routes("0@1:2 3@eth0:0 3@2:2 8@server:1 9@server:1", 4);
        t.pass(5);
        t.say("its routes leave the tunnel");
        t.routes("0@1:2 3@eth0:2 3@2:0 8@server:1 9@server:1", 4);
        t.message(3, READY);
        t.pass(25);
        t.exit(2, "closed");
        t.check("lan-neighbour");
    }

    @Test
    void keepsATunnelThatTheLanCannotReplace() throws IOException {
        Transcript t = connected(twoTunnels());
        t.routes("0@1:2 3@eth0:0 3@2:2 8@server:1 9@server:1", 4);
        t.say(
                "nothing leaves it: unlocked after eight hellos, locked again after pauses that grow to a refresh interval");
        t.pass(1200);
        t.check("lan-no-way");
    }

    @Test
    void givesUpATunnelThatRoutesFindAfterTheLan() throws IOException {
        Transcript t = connected(twoTunnels());
        t.session(3);
        t.message(3, Bytes.copyOf((byte) 4));
        t.say("3/16 is found on eth0 before babeld hears it in the tunnel");
        t.routes("0@1:2 3@eth0:2 8@server:1 9@server:1", 4);
        t.pass(5);
        t.say("now it does: the link is locked");
        t.routes("0@1:2 3@eth0:2 3@2:0 8@server:1 9@server:1", 4);
        t.pass(5);
        t.check("lan-neighbour-first");
    }

    @Test
    void keepsATunnelWhoseOtherWayIsLostAtTheEnd() throws IOException {
        Transcript t = connected(twoTunnels());
        t.session(3);
        t.pass(300);
        t.routes("0@1:3 3@2:0 8@server:1 9@server:1", 3, 4);
        t.message(3, READY);
        t.say("nobody else reaches 3/16 any more");
        t.routes("0@1:2 3@2:0 8@server:1 9@server:1", 4);
        t.pass(20);
        t.check("removal-revoked");
    }

    @Test
    void keepsATunnelThatIsTheOnlyWay() throws IOException {
        Transcript t = connected(twoTunnels());
        t.pass(300);
        t.say("no other way within eight hellos");
        t.pass(125);
        t.check("keep-only-way");
    }

    @Test
    void aPeerThatStartsAgainIsHeardAfterOurFastClockSteppedBack() throws IOException {
        Transcript t = connected(twoTunnels());
        t.session(3);
        t.message(3, Bytes.EMPTY);
        Duration hour = Duration.ofHours(1);
        Moment right = t.now.plus(hour.negated());
        t.wallClockSteps(hour.negated());
        t.say("made before our start by any clock: a recording");
        t.hello(3, right.plus(hour.negated()));
        t.say("made by the right clock");
        t.hello(3, right.plus(Duration.ofSeconds(1)));
        t.check("clock-steps-back");
    }

    @Test
    void aRemovalEndsWhenThePeerDisconnects() throws IOException {
        Transcript t = connected(twoTunnels());
        t.pass(300);
        t.exit(2, "ping-exit");
        t.check("removal-aborted");
    }

    @Test
    void letsAClientDropItsTunnel() throws IOException {
        Transcript t = connected(twoTunnels());
        t.session(9);
        t.say("of this software: our routes leave by themselves");
        t.message(9, Bytes.ofLatin1("\u0004" + Software.text("0.1.0", "17", "Linux")));
        t.message(9, ASK);
        t.pass(1);
        t.routes("0@1:4 3@2:1 8@server:1 9@server:0", 4);
        t.clientGone(9);
        t.pass(15);
        t.say("of the original: they don't, so we stop listening to it");
        t.session(8);
        t.message(8, Bytes.ofLatin1("\u0004" + "0-562.g0123456, Linux-6.1"));
        t.message(8, ASK);
        t.pass(1);
        t.routes("0@1:5 3@2:1", 4, 8);
        t.clientGone(8);
        t.check("client-drops-tunnel");
    }

    @Test
    void answersOneClientPerHello() throws IOException {
        Transcript t = connected(twoTunnels());
        for (int client : new int[] {8, 9}) {
            t.session(client);
            t.message(client, Bytes.ofLatin1("\u0004" + Software.text("0.1.0", "17", "Linux")));
        }
        t.routes("0@1:5 3@2:1 8@server:0 9@server:0", 4);
        t.message(8, ASK);
        t.message(9, ASK);
        t.pass(1);
        t.say("a hello later");
        t.pass(15);
        t.check("one-answer-per-hello");
    }

    @Test
    void ofTwoTunnelsBetweenTheSameNodesOneIsDropped() throws IOException {
        Transcript t = new Transcript(new TestNode());
        t.start("9", "203.0.113.9,1194,udp");
        t.say("we are 5/16: the smaller one gives up its tunnel to 9/16");
        t.client(9);
        t.exit(1, "closed");
        t.say("the greater one keeps its own");
        t.happens("0/16 is cached", () -> t.node.cache().learn(peer(0), AddressList.parse("203.0.113.1,1194,udp")));
        t.routes("9@server:1", 0);
        t.client(0);
        t.check("both-dialled");
    }

    @Test
    void cutsRevokedPeersAtOnce() throws IOException {
        Transcript t = connected(twoTunnels());
        t.session(3);
        t.message(3, Bytes.copyOf((byte) 4));
        List<Value> crl = List.of(Value.of(3), Value.of(9), Value.of(8));
        t.parameters(t.test.parameters
                .with(Parameter.VERSION, Value.of(TestNode.version(2)))
                .with(Parameter.CRL, Value.of(crl)));
        t.exit(2, "closed");
        t.client(9);
        assertThat(t.node.sessions().get(peer(3)).flatMap(PeerSession::secret)).isEmpty();
        t.check("revocation");
    }

    @Test
    void whoToldNoCountryIsAskedBeforeItIsDialledWhenCountriesMatter() throws IOException {
        TestNode test = twoTunnels();
        test.country = "JP";
        Transcript t = connected(test);
        t.happens("6/16 is cached", () -> t.node.cache().learn(peer(6), AddressList.parse("203.0.113.6,1194,udp,JP")));
        t.parameters(t.test.parameters
                .with(Parameter.VERSION, Value.of(TestNode.version(2)))
                .with(Parameter.SAME_COUNTRY, Value.of(List.of(Value.of("JP")))));
        t.say("the tunnel stays; once it has ended, its peer is asked, and tells a country that is not allowed");
        t.exit(2, "closed");
        t.routes("0@1:3 8@server:1 9@server:1", 3);
        t.pass(10);
        t.session(3);
        t.message(3, Bytes.ofLatin1("\u0001203.0.113.3,1194,udp,FR"));
        t.pass(10);
        t.say("who had told its country before is dialled without a question");
        t.routes("0@1:3 8@server:1 9@server:1", 3, 6);
        t.pass(60);
        t.check("countries");
    }

    @Test
    void whoToldNoCountryAndIsCutOffIsDialledOnlyWhenItCanNotBeAskedForLong() throws IOException {
        TestNode test = twoTunnels();
        test.country = "JP";
        Transcript t = connected(test);
        t.parameters(t.test.parameters
                .with(Parameter.VERSION, Value.of(TestNode.version(2)))
                .with(Parameter.SAME_COUNTRY, Value.of(List.of(Value.of("JP")))));
        t.exit(2, "ping-exit");
        t.routes("0@1:3 8@server:1 9@server:1");
        t.pass(170);
        t.say("there still is no route to it");
        t.pass(30);
        t.check("countries-cut-off");
    }

    @Test
    void dialsAPeerAgainThatIsCutOffSinceItsTunnelEndedIfThereIsNobodyElse() throws IOException {
        Transcript t = connected(twoTunnels());
        t.exit(2, "ping-exit");
        t.say("who has a route comes first, but need not answer");
        t.routes("0@1:3 8@server:1 9@server:1", 6);
        t.routes("0@1:3 8@server:1 9@server:1");
        t.say("it fails, and is tried again after pauses that grow");
        t.exit(2, "unanswered");
        t.pass(70);
        t.exit(2, "unanswered");
        t.pass(100);
        t.say("as long as Babel believes in the link, it may be there");
        t.up(2, 3);
        t.routes("0@1:3 3@2:1 8@server:1 9@server:1");
        t.exit(2, "ping-exit");
        t.routes("0@1:3 8@server:1 9@server:1");
        t.say("what is closed on purpose is not dialled again");
        t.up(2, 3);
        t.routes("0@1:3 3@2:1 8@server:1 9@server:1");
        t.happens("it is closed", () -> t.node.tunnels().close(peer(3), "a test"));
        t.exit(2, "closed");
        t.routes("0@1:3 8@server:1 9@server:1");
        t.pass(70);
        t.say("nor what ends while it is being removed");
        t.routes("0@1:3 8@server:1 9@server:1", 3);
        t.up(2, 3);
        t.routes("0@1:3 3@2:1 8@server:1 9@server:1");
        t.happens("it is removed", () -> t.node.removals().start(peer(3), t.now));
        t.exit(2, "ping-exit");
        t.routes("0@1:3 8@server:1 9@server:1");
        t.pass(70);
        t.check("redial");
    }

    @Test
    void spreadsFetchesInALargeNetworkButNotThoseOfARevocation() throws IOException {
        Transcript t = connected(twoTunnels());
        t.routes("0@1:3 3@2:1 8@server:1 9@server:1", IntStream.range(10, 120).toArray());
        t.session(3);
        t.message(3, Bytes.ofLatin1("\u0000").plus(TestNode.version(1)));
        t.session(9);
        t.message(9, Bytes.ofLatin1("\u0000").plus(TestNode.version(1)));
        t.say("version 2: some seconds later");
        t.message(3, Bytes.ofLatin1("\u0000").plus(TestNode.version(2)));
        t.pass(16);
        t.parameters(t.test.parameters.with(Parameter.VERSION, Value.of(TestNode.version(2))));
        t.say("version 3 by one peer, by another, then by the first once more: it is a revocation");
        t.message(3, Bytes.ofLatin1("\u0000").plus(TestNode.version(3)));
        t.message(9, Bytes.ofLatin1("\u0000").plus(TestNode.version(3)));
        t.message(3, Bytes.ofLatin1("\u0000").plus(TestNode.version(3)));
        t.pass(0);
        t.say("the others hear it once more");
        t.parameters(t.test.parameters
                .with(Parameter.VERSION, Value.of(TestNode.version(3)))
                .with(Parameter.CRL, Value.of(List.of(Value.of(77)))));
        t.say("what is fetched is not fetched again");
        t.message(9, Bytes.ofLatin1("\u0000").plus(TestNode.version(3)));
        t.pass(20);
        t.check("large-network");
    }

    @Test
    void passesANewVersionOn() throws IOException {
        Transcript t = connected(twoTunnels());
        t.session(3);
        t.message(3, Bytes.ofLatin1("\u0000").plus(TestNode.version(1)));
        t.session(9);
        t.message(9, Bytes.ofLatin1("\u0000").plus(TestNode.version(1)));
        t.say("the registry's node, or any other, tells version 2");
        t.message(3, Bytes.ofLatin1("\u0000").plus(TestNode.version(2)));
        t.pass(1);
        t.parameters(t.test.parameters.with(Parameter.VERSION, Value.of(TestNode.version(2))));
        t.say("a lie");
        t.message(9, Bytes.ofLatin1("\u0000").plus(Bytes.copyOf((byte) 9, (byte) 9)));
        t.check("new-version");
    }

    @Test
    void endsWhenTheNetworkComesToRequireALaterProtocol() throws IOException {
        Transcript t = connected(twoTunnels());
        t.say("ours is 10");
        t.parameters(withMinProtocol(10, 8));
        t.parameters(withMinProtocol(11, 9));
        t.check("min-protocol");
    }

    private static NetworkParameters withMinProtocol(int protocol, int version) {
        return twoTunnels()
                .parameters
                .with(Parameter.MIN_PROTOCOL, Value.of(protocol))
                .with(Parameter.VERSION, Value.of(TestNode.version(version)));
    }

    @Test
    void prefersTheNeighboursThatItWasGiven() throws IOException {
        TestNode test = twoTunnels();
        test.preferred = List.of(peer(77), peer(200), peer(88));
        Transcript t = new Transcript(test);
        t.start("0", "203.0.113.1,1194,udp");
        t.up(1, 0);
        t.happens("88/16 is cached", () -> t.node.cache().learn(peer(88), AddressList.parse("203.0.113.88,1194,udp")));
        t.say("77/16 and 88/16 are two of eighty, 200/16 is not reachable");
        t.routes("0@1:80", IntStream.range(10, 90).toArray());
        t.check("preferred-neighbours");
    }

    @Test
    void answersTheLocalRegistry() throws IOException {
        Transcript t = connected(twoTunnels());
        for (int code = 0; code < 8; code++) {
            t.local(peer(5), code);
        }
        t.session(9);
        t.message(9, Bytes.copyOf((byte) 4));
        t.local(peer(9), 1);
        t.message(9, Bytes.ofLatin1("\u0081203.0.113.9,1194,udp"));
        t.say("nobody asked");
        t.message(9, Bytes.ofLatin1("\u0081203.0.113.9,1194,udp"));
        t.check("local-registry");
    }

    @Test
    void answersAllWhoAskTheSame() throws IOException {
        Transcript t = connected(twoTunnels());
        t.session(9);
        t.local(peer(9), 1, 40001);
        t.local(peer(9), 1, 40002);
        t.local(peer(9), 4, 40003);
        t.message(9, Bytes.ofLatin1("\u0081203.0.113.9,1194,udp"));
        assertThat(t.last()).filteredOn(call -> call.contains("::1 local")).hasSize(2);
    }

    @Test
    void tellsTheRegistryAloneHowLongPacketsTake() throws IOException {
        Transcript t = connected(twoTunnels());
        t.local(peer(5), 0x11);
        t.routes("0@1:3:12.4 3@2:1:0 8@server:1:80 8@2:1:79.2 9@server:1", 4);
        t.local(peer(5), 0x11);
        t.session(0);
        t.message(0, Bytes.copyOf((byte) 0x91));
        t.session(9);
        t.message(9, Bytes.copyOf((byte) 0x91));
        t.message(9, Bytes.copyOf((byte) 0x11));
        t.say("what another node tells is handed to the registry, which can read it");
        t.local(peer(9), 0x11);
        t.message(9, Bytes.ofLatin1("\u00915/16 17"));
        t.check("link-delays");
    }

    @Test
    void takesNewsFromASecondRegistryOnThisHost() throws IOException {
        Transcript t = connected(twoTunnels());
        t.say("it names the node of the first one");
        t.local(peer(0), 0);
        t.pass(2);
        t.check("second-registry");
    }

    @Test
    void learnsItsAddressAndGivesItsInterfacesToANewBabeld() throws IOException {
        Transcript t = connected(twoTunnels());
        t.happens("babeld restarted", () -> t.node.onRoutingRestarted(t.now));
        t.happens("server restarted", () -> t.node.onServerRestarted(Transcript.SERVER, t.now));
        t.happens("stop", () -> t.node.stop(t.now));
        t.check("restarts");
    }

    @Test
    void refusesToBeEnteredFromAPort() {
        TestNode test = new TestNode();
        RecordedPorts ports = new RecordedPorts();
        AtomicReference<Node> holder = new AtomicReference<>();
        FakeCryptography cryptography = new FakeCryptography();
        Ports recorded = ports.with(cryptography);
        Ports calling = new Ports(
                recorded.routing(),
                recorded.tunnels(),
                recorded.channel(),
                new CallingBack(holder),
                cryptography,
                recorded.store(),
                recorded.host(),
                recorded.resolver(),
                recorded.mapper(),
                recorded.probe(),
                recorded.remote(),
                recorded.lifecycle());
        Node node = test.create(calling, TestNode.START);
        holder.set(node);
        assertThatThrownBy(() -> node.start(new java.util.TreeMap<>(), "", TestNode.START))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("inside a port method");
    }

    /** A registry link that does what no adapter may do. */
    private record CallingBack(AtomicReference<Node> node) implements net.re6st.core.port.RegistryLink {
        @Override
        public void fetchParameters() {}

        @Override
        public void bootstrapPeer() {
            node.get().onRoutes(RoutingView.empty(), TestNode.START);
        }

        @Override
        public void country(net.re6st.core.port.Ticket ticket, String ip) {}

        @Override
        public void renewCertificate() {}

        @Override
        public void renewAuthority() {}
    }

    @Test
    void illegalChangesOfStateThrow() {
        OutgoingTunnel tunnel = new OutgoingTunnel(peer(3), new Iface("re6stnet1"), List.of());
        assertThatThrownBy(() -> tunnel.become(OutgoingTunnel.State.UP, "out of order"))
                .isInstanceOf(IllegalStateException.class);
        TunnelRemoval removal = new TunnelRemoval(peer(3), new Iface("re6stnet1"), TestNode.START);
        assertThatThrownBy(() -> removal.become(TunnelRemoval.State.CLOSING, "out of order"))
                .isInstanceOf(IllegalStateException.class);
    }
}
