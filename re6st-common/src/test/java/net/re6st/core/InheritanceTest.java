package net.re6st.core;

import static net.re6st.core.Transcript.peer;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.core.port.Avoided;
import net.re6st.net.Bytes;
import net.re6st.net.Iface;
import org.junit.jupiter.api.Test;

/** A node that begins with what an earlier daemon left. */
class InheritanceTest {
    @Test
    void goesOnWithWhatAnEarlierDaemonLeft() throws IOException {
        TestNode test = new TestNode();
        test.parameters = test.parameters
                .with(Parameter.CLIENT_COUNT, Value.of(3))
                .with(Parameter.CRL, Value.of(List.of(Value.of(5), Value.of(9))));
        Transcript t = new Transcript(test);
        t.say("5/16 and 9/16 were revoked meanwhile");
        t.inherit(List.of(0, 3, 5), List.of(8, 9));
        t.say("nothing is looked for before the routes are known");
        t.exit(3, "closed");
        t.routes("0@1:3 3@2:1 8@server:1", 4);
        t.session(4);
        t.message(4, Bytes.ofLatin1("\u0001203.0.113.4,1194,udp"));
        t.up(3, 4);
        t.say("a tunnel that was taken over ends like any other, and so does a client");
        t.exit(2, "ping-exit");
        t.clientGone(8);
        t.check("inheritance");
    }

    @Test
    void looksForAWayInIfWhatItInheritedLeadsNowhere() throws IOException {
        Transcript t = new Transcript(new TestNode());
        t.inherit(List.of(3), List.of());
        t.say("babeld tells of no route");
        t.pass(8);
        t.exit(1, "ping-exit");
        t.check("inheritance-without-routes");
    }

    @Test
    void leavesWhomItAvoidsToTheNextDaemonAndAvoidsWhomTheLastOneDid() throws IOException {
        Transcript t = new Transcript(new TestNode());
        Duration pause = Duration.ofMinutes(10);
        t.inherit(
                List.of(3),
                List.of(),
                new Avoided(peer(4), t.now.plus(Duration.ofMinutes(-5)).wallMicros(), pause));
        t.routes("3@1:3", 0, 4, 6);
        t.happens("the link with 3/16 is poor", () -> t.node.planner().avoid(peer(3), Timers.POOR_PEER, t.now));
        t.say("4/16 is asked five minutes later");
        t.pass(330);
        t.check("inheritance-of-avoided-peers");
    }

    /** The network began to encrypt, and the daemon ended before it had replaced all tunnels. */
    @Test
    void replacesWhatWasDialledBeforeSomethingChanged() {
        Transcript t = new Transcript(new TestNode());
        t.outdated.add(4);
        t.inherit(List.of(3, 4), List.of());
        t.routes("3@1:3 4@2:2", 6, 7);
        assertThat(t.node.planner().outdated().count()).isEqualTo(1);
        t.pass(600);
        assertThat(t.all()).contains("routing.lock re6stnet2").doesNotContain("routing.lock re6stnet1");
    }

    @Test
    void interfacesWithoutATunnelAreKeptForAWhile() {
        Transcript t = new Transcript(new TestNode());
        t.unused.addAll(List.of(new Iface("re6stnet7"), new Iface("re6stnet-udp")));
        t.inherit(List.of(3), List.of());
        t.routes("3@1:3");
        t.pass(590);
        assertThat(t.all()).noneMatch(call -> call.startsWith("tunnels.discard"));
        t.pass(20);
        assertThat(t.all()).contains("tunnels.discard re6stnet-udp", "tunnels.discard re6stnet7");
    }

    /** babeld must have forgotten who was there. */
    @Test
    void interfacesWithoutATunnelAreKeptForLongerIfHellosAreRare() {
        TestNode test = new TestNode();
        test.parameters = test.parameters.with(Parameter.HELLO, Value.of(60));
        Transcript t = new Transcript(test);
        t.unused.add(new Iface("re6stnet7"));
        t.inherit(List.of(3), List.of());
        t.routes("3@1:3");
        t.pass(1190);
        assertThat(t.all()).noneMatch(call -> call.startsWith("tunnels.discard"));
        t.pass(20);
        assertThat(t.all()).contains("tunnels.discard re6stnet7");
    }

    @Test
    void theInterfaceOfATunnelThatIsNotTakenOverGoesLater() {
        Transcript transcript = new Transcript(new TestNode());
        transcript.inherit(List.of(3, 3), List.of());
        transcript.exit(2, "closed");
        transcript.pass(590);
        assertThat(transcript.all()).doesNotContain("tunnels.discard re6stnet2");
        transcript.pass(20);
        assertThat(transcript.all()).contains("tunnels.discard re6stnet2").doesNotContain("tunnels.discard re6stnet1");
    }

    @Test
    void theInterfaceOfATunnelThatIsGivenUpBetweenTwoAddressesGoesLater() {
        Transcript transcript = new Transcript(new TestNode());
        transcript.start("9", "203.0.113.9,1194,udp;name.example,1194,udp");
        transcript.routes("0@server:1", 9);
        transcript.exit(1, "refused");
        transcript.client(9);
        transcript.pass(590);
        assertThat(transcript.all()).doesNotContain("tunnels.discard re6stnet1");
        transcript.pass(30);
        assertThat(transcript.all()).contains("tunnels.discard re6stnet1");
    }
}
