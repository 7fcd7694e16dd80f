package net.re6st.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.re6st.core.port.PeerChannel.Source;
import net.re6st.core.port.RoutingView.Neighbour;
import net.re6st.net.Bytes;
import net.re6st.net.Iface;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.wire.PeerPacket;
import net.re6st.wire.Protocol;
import org.junit.jupiter.api.Test;

/** Two nodes that greet each other at the same moment. */
class CrossedHellosTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Bytes QUESTION = Bytes.copyOf((byte) 1);

    private final End a = new End(Transcript.peer(3));
    private End b = new End(Transcript.peer(4));
    private final List<String> passed = new ArrayList<>();
    private Moment now = TestNode.START;

    private static final class End {
        final RecordedPorts ports = new RecordedPorts();
        final FakeCryptography cryptography = new FakeCryptography();
        final Prefix prefix;
        final Node node;

        End(Prefix prefix) {
            TestNode test = new TestNode();
            test.prefix = prefix;
            test.seed = prefix.hashCode();
            this.prefix = prefix;
            this.node = test.create(ports.with(cryptography), TestNode.START);
        }

        Source source() {
            return new Source(TestNode.NETWORK.subnet(prefix).mainAddress(), 326);
        }
    }

    @Test
    void itIsEnoughThatOneOfThemSaysSomethingAgain() {
        cross();
        later(SECOND);
        ask(a, b);
        exchange();
        assertThat(passed).containsExactly("Hello");
        assertConnected();
    }

    /** Else it would get addresses without countries, as the oldest protocol wants them. */
    @Test
    void thePeerIsTakenForOneThatKnowsCountries() {
        cross();
        later(SECOND);
        ask(a, b);
        exchange();
        assertThat(a.node.sessions().get(b.prefix).orElseThrow().protocol())
                .isGreaterThanOrEqualTo(Protocol.FIRST_WITH_COUNTRIES);
    }

    @Test
    void bothMaySaySomethingAtOnce() {
        cross();
        later(SECOND);
        ask(a, b);
        ask(b, a);
        exchange();
        assertThat(passed).containsExactly("Hello", "Hello");
        assertConnected();
    }

    @Test
    void noHelloComesBeforeThePeerCanKnowWhoSendsIt() {
        cross();
        later(SECOND.minusMillis(1));
        ask(a, b);
        exchange();
        assertThat(passed).isEmpty();
    }

    @Test
    void aHelloThatIsLostIsFollowedByNothingForTheRestOfTheMinute() {
        cross();
        for (int second = 1; second < 60; second++) {
            later(SECOND);
            ask(a, b);
            exchangeButLoseAll();
        }
        assertThat(passed).containsExactly("Hello");
        later(SECOND);
        ask(a, b);
        exchange();
        assertThat(passed).containsExactly("Hello", "Recognition", "Hello");
        assertConnected();
    }

    @Test
    void whoGreetedAnsweredIsNotAnsweredOnceMore() {
        ask(a, b);
        exchange();
        assertThat(passed).containsExactly("Hello0", "Recognition", "Hello");
        passed.clear();
        later(SECOND);
        Bytes again = new PeerPacket.Hello0(TestNode.certificate(b.prefix, 7)).encode();
        a.node.onDatagram(b.source(), again, now);
        later(SECOND);
        exchange();
        assertThat(passed).isEmpty();
        assertConnected();
    }

    /** A restart, which a goes on without noticing: what it says under the secret of before would be lost for a minute. */
    @Test
    void whoStartsAgainGreetsANeighbourThatGoesOn() {
        ask(a, b);
        exchange();
        assertConnected();
        passed.clear();
        later(SECOND.multipliedBy(61));
        b = new End(b.prefix);
        ask(a, b);
        exchange();
        assertThat(passed).as("a stranger may be anybody").isEmpty();
        Neighbour link = new Neighbour(a.prefix, new Iface("re6stnet1"), 1, 1.0, 96, null, 0);
        b.node.onRoutes(new SmallRoutingView(List.of(link), List.of()), now);
        take(b);
        passed.clear();
        ask(a, b);
        exchange();
        assertThat(passed).containsExactly("Hello0", "Recognition", "Hello");
        assertConnected();
    }

    /** Both greet, and neither may answer. */
    private void cross() {
        ask(a, b);
        ask(b, a);
        exchange();
        assertThat(passed).containsExactly("Hello0", "Hello0");
        assertThat(a.node.sessions().isConnected(b.prefix, now)).isFalse();
        passed.clear();
    }

    private void ask(End from, End to) {
        from.node.sessions().send(to.prefix, QUESTION, now);
    }

    private void later(Duration time) {
        now = now.plus(time);
    }

    private void assertConnected() {
        assertThat(a.node.sessions().isConnected(b.prefix, now)).isTrue();
        assertThat(b.node.sessions().isConnected(a.prefix, now)).isTrue();
    }

    /** Carries datagrams until there are none. */
    private void exchange() {
        for (int i = 0; i < 10; i++) {
            // What both sent before either got something crosses.
            List<Bytes> fromA = take(a);
            List<Bytes> fromB = take(b);
            fromA.forEach(datagram -> b.node.onDatagram(a.source(), datagram, now));
            fromB.forEach(datagram -> a.node.onDatagram(b.source(), datagram, now));
        }
    }

    private void exchangeButLoseAll() {
        take(a);
        take(b);
    }

    private List<Bytes> take(End end) {
        end.cryptography.deliver(end.node, now);
        List<Bytes> datagrams =
                end.ports.takeSent().stream().map(RecordedPorts.Sent::datagram).toList();
        for (Bytes datagram : datagrams) {
            PeerPacket packet = PeerPacket.decode(datagram).orElseThrow();
            if (!(packet instanceof PeerPacket.Session)) {
                passed.add(packet.getClass().getSimpleName());
            }
        }
        return datagrams;
    }
}
