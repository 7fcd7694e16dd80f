package net.re6st.core;

import static net.re6st.core.Transcript.peer;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import net.re6st.core.NodeSettings.Family;
import net.re6st.core.NodeSettings.Port;
import net.re6st.core.PortReport.Said;
import net.re6st.net.Bytes;
import net.re6st.net.Transport;
import net.re6st.wire.AddressList;
import org.junit.jupiter.api.Test;

/** A node that lets its peers try its ports. */
class PortSurveyTest {
    private static final String OURS = "198.51.100.7,1194,tcp";

    private final TestNode test = new TestNode();

    /** Neighbours by tunnel: 3 and 4; distant: 6 to 9. With all of them there are sessions that work. */
    private Transcript connected(int... peers) {
        test.ipv4 = new Family(AddressList.parse(OURS), false, List.of(new Port(1194, Transport.TCP)));
        Transcript t = new Transcript(test);
        t.inherit(List.of(3, 4), List.of());
        t.routes("3@1:4 4@2:4", 6, 7, 8, 9);
        for (int number : peers) {
            t.session(number);
            t.message(number, Bytes.EMPTY);
        }
        return t;
    }

    private static void begin(Transcript t) {
        t.happens("survey", () -> t.node.surveyPorts(t.now));
    }

    /** Who was asked by the last event. */
    private static List<String> asked(Transcript t) {
        return t.last().stream()
                .filter(call -> call.startsWith("channel.send") && call.endsWith(" 16:" + OURS))
                .map(call -> call.split(" ")[1])
                .toList();
    }

    private static void says(Transcript t, int number, String outcome) {
        t.message(number, Bytes.ofLatin1("\u0010" + OURS + " " + outcome));
    }

    private static String report(Transcript t) {
        PortReport report = t.node.portReport();
        return (report.finished() ? "" : "... ")
                + report.rows().stream()
                        .map(row -> row.address() + ": "
                                + row.answers().stream()
                                        .map(PortSurveyTest::said)
                                        .collect(Collectors.joining(", ")))
                        .collect(Collectors.joining("; "));
    }

    private static String said(Said said) {
        String outcome = said.outcome() == null ? "nothing" : said.outcome().text();
        return said.peer().cn() + " " + outcome + (said.millis() == 0 ? "" : " " + said.millis());
    }

    @Test
    void strangersAreAskedRatherThanNeighbours() {
        Transcript t = connected(3, 4, 6, 7, 9);
        begin(t);
        assertThat(asked(t)).hasSize(3).doesNotContain("2001:db8:42:3::", "2001:db8:42:4::");
        assertThat(t.last()).anyMatch(call -> call.endsWith(" 1:" + OURS));
        assertThat(report(t)).isEqualTo("... " + OURS + ": 6/16 nothing, 7/16 nothing, 9/16 nothing");
        says(t, 9, "trying 0");
        says(t, 6, "reached 40");
        says(t, 7, "silent 4000");
        assertThat(t.node.portReport().finished()).isFalse();
        says(t, 9, "refused 7");
        assertThat(report(t)).isEqualTo(OURS + ": 6/16 reached 40, 7/16 silent 4000, 9/16 refused 7");
    }

    @Test
    void neighboursAreAskedWhereThereAreNoStrangers() {
        Transcript t = connected(3, 4, 9);
        begin(t);
        assertThat(asked(t)).containsExactlyInAnyOrder("2001:db8:42:3::", "2001:db8:42:4::", "2001:db8:42:9::");
    }

    /** After a reload there are no sessions, and in a small network nobody is distant. */
    @Test
    void sessionsAreBegunWithNeighboursToo() {
        Transcript t = connected();
        begin(t);
        assertThat(t.last())
                .anyMatch(call -> call.startsWith("channel.send 2001:db8:42:3:: "))
                .anyMatch(call -> call.startsWith("channel.send 2001:db8:42:4:: "));
    }

    @Test
    void peersThatDontKnowTheQuestionAreReplacedAndNobodyIsWaitedForForEver() {
        Transcript t = connected(3, 4, 6, 7, 8, 9);
        begin(t);
        List<String> first = asked(t);
        assertThat(first).hasSize(3);
        // As original nodes do.
        for (int number : new int[] {3, 4, 6, 7, 8, 9}) {
            t.message(number, Bytes.EMPTY);
        }
        t.pass(12);
        PortReport report = t.node.portReport();
        assertThat(report.finished()).isTrue();
        assertThat(report.rows().get(0).answers()).hasSize(6).allSatisfy(said -> assertThat(said.outcome())
                .isNull());
    }

    @Test
    void aPeerThatSaysNothingIsAskedOnceMore() {
        Transcript t = connected(9);
        begin(t);
        assertThat(asked(t)).hasSize(1);
        long before = sent(t);
        t.pass(2);
        assertThat(sent(t)).isEqualTo(before + 2);
        says(t, 9, "reached 3");
        assertThat(report(t)).isEqualTo("... " + OURS + ": 9/16 reached 3");
        t.pass(1);
        assertThat(report(t)).isEqualTo(OURS + ": 9/16 reached 3");
    }

    @Test
    void inASmallNetworkNobodyElseIsWaitedFor() {
        Transcript t = connected(3, 4);
        t.routes("3@1:4 4@2:4");
        begin(t);
        says(t, 3, "reached 3");
        says(t, 4, "reached 4");
        assertThat(report(t)).isEqualTo(OURS + ": 3/16 reached 3, 4/16 reached 4");
    }

    @Test
    void whoseSessionBeginsMeanwhileIsAskedToo() {
        Transcript t = connected(3, 4);
        t.routes("3@1:4 4@2:4", 8);
        begin(t);
        assertThat(t.last()).contains("channel.send 2001:db8:42:8:: hello0");
        says(t, 3, "reached 3");
        says(t, 4, "reached 4");
        t.session(8);
        t.message(8, Bytes.EMPTY);
        t.pass(1);
        assertThat(report(t)).isEqualTo("... " + OURS + ": 3/16 reached 3, 4/16 reached 4, 8/16 nothing");
        says(t, 8, "silent 5000");
        assertThat(report(t)).isEqualTo(OURS + ": 3/16 reached 3, 4/16 reached 4, 8/16 silent 5000");
    }

    private static long sent(Transcript t) {
        return t.node.sessions().get(peer(9)).orElseThrow().lastSent();
    }

    @Test
    void peersThatWereAskedTooOftenAreReplaced() {
        Transcript t = connected(6, 7, 8, 9);
        t.routes("3@1:4 4@2:4");
        begin(t);
        List<String> first = asked(t);
        assertThat(first).hasSize(3);
        int one = Integer.parseInt(first.get(0).replaceAll(".*:(\\d)::", "$1"));
        says(t, one, "busy 0");
        assertThat(asked(t)).hasSize(1).doesNotContainAnyElementsOf(first);
    }

    @Test
    void whoIsBehindOurRouterOrOnOurLanIsNotAsked() {
        Transcript t = connected(3, 4, 9);
        t.routes("3@eth1:4 4@2:4", 9);
        t.message(9, Bytes.ofLatin1("\u0001198.51.100.7,40000,udp"));
        begin(t);
        assertThat(asked(t)).containsExactly("2001:db8:42:4::");
    }

    @Test
    void whatNobodyAskedForIsIgnored() {
        Transcript t = connected(9, 6, 7, 3);
        says(t, 6, "reached 3");
        assertThat(report(t)).isEmpty();
        begin(t);
        t.message(9, Bytes.ofLatin1("\u0010203.0.113.99,1194,tcp reached 3"));
        says(t, 3, "reached 3");
        says(t, 9, "silent 4000");
        says(t, 9, "reached 3");
        t.pass(12);
        assertThat(report(t)).isEqualTo(OURS + ": 3/16 nothing, 6/16 nothing, 7/16 nothing, 9/16 silent 4000");
    }

    @Test
    void withoutAnAddressNobodyIsAsked() {
        Transcript t = new Transcript(test);
        t.start();
        t.session(3);
        t.message(3, Bytes.EMPTY);
        begin(t);
        assertThat(t.last()).isEmpty();
        assertThat(t.node.portReport()).isEqualTo(new PortReport(true, List.of()));
    }

    @Test
    void withoutAnAddressSessionsAreBegunAllTheSame() {
        test.ipv4 = new Family(AddressList.parse(""), false, List.of());
        Transcript t = new Transcript(test);
        t.inherit(List.of(3, 4), List.of());
        t.routes("3@1:4 4@2:4");
        begin(t);
        assertThat(t.last())
                .anyMatch(call -> call.startsWith("channel.send 2001:db8:42:3:: "))
                .anyMatch(call -> call.startsWith("channel.send 2001:db8:42:4:: "));
        assertThat(t.node.portReport()).isEqualTo(new PortReport(false, List.of()));
        t.session(3);
        t.message(3, Bytes.EMPTY);
        t.pass(1);
        assertThat(t.node.portReport().finished()).isFalse();
        t.session(4);
        t.message(4, Bytes.EMPTY);
        t.pass(1);
        assertThat(t.node.portReport()).isEqualTo(new PortReport(true, List.of()));
        begin(t);
        assertThat(t.node.portReport().finished()).isTrue();
    }

    @Test
    void whoDoesNotAnswerIsNotWaitedForForEver() {
        test.ipv4 = new Family(AddressList.parse(""), false, List.of());
        Transcript t = new Transcript(test);
        t.inherit(List.of(3), List.of());
        t.routes("3@1:4");
        begin(t);
        assertThat(t.node.portReport().finished()).isFalse();
        t.pass(3);
        assertThat(t.node.portReport().finished()).isTrue();
    }

    @Test
    void aSecondSurveyIsTheOneUnderWayAndLaterANewOne() {
        Transcript t = connected(9, 6, 7);
        begin(t);
        begin(t);
        assertThat(t.last()).isEmpty();
        t.pass(12);
        begin(t);
        assertThat(asked(t)).hasSize(3);
    }
}
