package net.re6st.core;

import static net.re6st.core.Transcript.peer;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import net.re6st.net.Bytes;
import net.re6st.net.Transport;
import net.re6st.testing.Seeds;
import net.re6st.wire.AddressList;
import net.re6st.wire.TryOutcome;
import org.junit.jupiter.api.Test;

/** Peers that want their addresses tried, honest ones and others. */
class PortTriesTest {
    private static final String THEIRS = "203.0.113.3,1194,tcp";
    private static final String UDP = "203.0.113.3,1194,udp";

    private final TestNode test = new TestNode();

    private Transcript asked(String... addresses) {
        Transcript t = new Transcript(test);
        t.start();
        t.session(3);
        t.message(3, Bytes.ofLatin1("\u0001" + String.join(";", addresses)));
        return t;
    }

    private static void question(Transcript t, int number, String text) {
        t.message(number, Bytes.ofLatin1("\u0010" + text));
    }

    private static String answer(Transcript t) {
        List<String> replies = t.last().stream()
                .filter(call -> call.startsWith("channel.reply"))
                .toList();
        assertThat(replies).hasSize(1);
        return replies.get(0).replaceFirst("^channel.reply \\S+ (16:)?", "").replaceFirst("^#\\d+ ", "");
    }

    private static List<String> tried(Transcript t) {
        return t.last().stream()
                .filter(call -> call.startsWith("remote.") || call.startsWith("resolver."))
                .toList();
    }

    @Test
    void triesWhatThePeerAdvertisesAndTellsHowItWent() {
        Transcript t = asked(THEIRS + ",FR", UDP);
        question(t, 3, THEIRS);
        assertThat(t.last()).contains("remote.tryOut " + THEIRS, "host.dialled 203.0.113.3");
        assertThat(answer(t)).isEqualTo(THEIRS + " trying 0");
        t.pass(1);
        t.happens("reached", () -> t.node.onRemoteTried(t.lastTicket(), TryOutcome.REACHED, t.now));
        assertThat(answer(t)).isEqualTo(THEIRS + " reached 1000");
        assertThat(t.last()).contains("host.released 203.0.113.3");
    }

    @Test
    void aQuestionThatIsRepeatedIsTriedOnce() {
        Transcript t = asked(THEIRS);
        question(t, 3, THEIRS);
        question(t, 3, THEIRS);
        assertThat(answer(t)).isEqualTo(THEIRS + " trying 0");
        assertThat(tried(t)).isEmpty();
    }

    @Test
    void declinesWhatThePeerDoesNotAdvertise() {
        Transcript t = asked(THEIRS);
        t.happens("4/16 is known", () -> t.node.cache().learn(peer(4), AddressList.parse("203.0.113.4,1194,tcp")));
        for (String other : List.of(
                "203.0.113.4,1194,tcp", "203.0.113.3,22,tcp", UDP, "203.0.113.3,1194,tcp6", "[203.0.113.3],1194,tcp")) {
            question(t, 3, other);
            assertThat(tried(t)).as(other).isEmpty();
        }
        t.session(6);
        question(t, 6, THEIRS);
        assertThat(answer(t)).isEqualTo(THEIRS + " declined 0");
        assertThat(tried(t)).isEmpty();
    }

    @Test
    void declinesWhatIsPrivateOrInsideTheNetworkOrOurs() {
        test.ipv4 = new NodeSettings.Family(
                AddressList.parse("198.51.100.7,1194,tcp"), false, List.of(new NodeSettings.Port(1194, Transport.TCP)));
        List<String> hostile = List.of(
                "192.168.1.1,80,tcp",
                "10.0.0.1,1194,tcp",
                "172.16.3.4,1194,udp",
                "100.64.0.9,1194,udp",
                "127.0.0.1,22,tcp",
                "169.254.1.1,80,tcp",
                "0.0.0.0,80,tcp",
                "255.255.255.255,9,udp",
                "224.0.0.1,9,udp",
                "::1,22,tcp6",
                "fe80::1,1194,udp6",
                "fd00::1,1194,udp6",
                "::ffff:192.168.1.1,80,tcp6",
                "2001:db8:42:3::1,1194,tcp6",
                "198.51.100.7,22,tcp",
                "localhost,22,tcp");
        for (String address : hostile) {
            Transcript t = asked(address);
            question(t, 3, address);
            assertThat(tried(t)).as(address).isEmpty();
            assertThat(answer(t)).as(address).isEqualTo(address + " declined 0");
        }
    }

    @Test
    void declinesWhatItDoesNotDialItself() {
        test.disabled = Set.of(Transport.UDP);
        Transcript t = asked(UDP);
        question(t, 3, UDP);
        assertThat(answer(t)).isEqualTo(UDP + " declined 0");
    }

    @Test
    void looksNamesUpAndTriesNoPrivateAddressBehindThem() {
        Transcript t = asked("node.example.org,1194,udp");
        question(t, 3, "node.example.org,1194,udp");
        assertThat(tried(t)).containsExactly("resolver.resolve node.example.org IPv4");
        t.happens(
                "resolved",
                () -> t.node.onResolved(
                        t.lastTicket(), List.of("192.168.1.1", "127.0.0.1", "2001:db8::1", "203.0.113.9"), t.now));
        assertThat(tried(t)).containsExactly("remote.tryOut 203.0.113.9,1194,udp");
        t.happens("refused", () -> t.node.onRemoteTried(t.lastTicket(), TryOutcome.REFUSED, t.now));
        assertThat(answer(t)).isEqualTo("node.example.org,1194,udp refused 0");
        question(t, 3, "node.example.org,1194,udp");
        t.happens("resolved", () -> t.node.onResolved(t.lastTicket(), List.of("10.0.0.7"), t.now));
        assertThat(tried(t)).isEmpty();
        assertThat(answer(t)).isEqualTo("node.example.org,1194,udp unable 0");
    }

    @Test
    void onePeerThatAsksAgainAndAgainIsAnsweredThatThisIsTooOften() {
        Transcript t = asked(THEIRS);
        int tries = 0;
        for (int i = 0; i < 60; i++) {
            question(t, 3, THEIRS);
            if (!tried(t).isEmpty()) {
                tries++;
                t.happens("reached", () -> t.node.onRemoteTried(t.lastTicket(), TryOutcome.REACHED, t.now));
            } else {
                assertThat(answer(t)).isEqualTo(THEIRS + " busy 0");
            }
        }
        assertThat(tries).isEqualTo(PortTries.BURST_PER_PEER);
        t.pass(2 * PortTries.SECONDS_PER_TRY_OF_A_PEER);
        question(t, 3, THEIRS);
        assertThat(tried(t)).hasSize(1);
    }

    @Test
    void manyPeersTogetherMayNotHaveMoreTried() {
        Transcript t = new Transcript(test);
        t.start();
        int tries = 0;
        for (int number = 10; number < 50; number++) {
            t.session(number);
            String address = "203.0.113." + number + ",1194,udp";
            t.message(number, Bytes.ofLatin1("\u0001" + address));
            question(t, number, address);
            if (!tried(t).isEmpty()) {
                tries++;
                t.happens("silent", () -> t.node.onRemoteTried(t.lastTicket(), TryOutcome.SILENT, t.now));
            }
        }
        assertThat(tries).isEqualTo(PortTries.BURST);
    }

    @Test
    void fewAreTriedAtOnce() {
        Transcript t = new Transcript(test);
        t.start();
        for (int number = 10; number < 20; number++) {
            t.session(number);
            String address = "203.0.113." + number + ",1194,udp";
            t.message(number, Bytes.ofLatin1("\u0001" + address));
            question(t, number, address);
            assertThat(tried(t)).hasSize(number < 10 + PortTries.MAX_UNDER_WAY ? 1 : 0);
        }
        assertThat(answer(t)).endsWith(" busy 0");
    }

    @Test
    void junkIsAnsweredWithNothingAndDoesNoHarm() {
        Transcript t = asked(THEIRS);
        Seeds.forEach(300, (seed, random) -> {
            byte[] junk = new byte[random.nextInt(400)];
            random.nextBytes(junk);
            t.message(3, Bytes.copyOf((byte) 16).plus(Bytes.copyOf(junk)));
            assertThat(answer(t)).isEqualTo("empty");
        });
        t.message(3, Bytes.copyOf((byte) 16));
        assertThat(answer(t)).isEqualTo("empty");
        t.pass(60);
        question(t, 3, THEIRS);
        assertThat(tried(t)).hasSize(1);
    }

    @Test
    void anOutcomeThatNobodyWaitsForIsIgnored() {
        Transcript t = asked(THEIRS);
        question(t, 3, THEIRS);
        t.happens("reached", () -> t.node.onRemoteTried(t.lastTicket(), TryOutcome.REACHED, t.now));
        t.happens("again", () -> t.node.onRemoteTried(t.lastTicket(), TryOutcome.SILENT, t.now.plus(Duration.ZERO)));
        assertThat(t.last()).isEmpty();
    }
}
