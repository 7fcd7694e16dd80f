package net.re6st.node.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import net.re6st.cli.UsageError;
import net.re6st.config.Json;
import net.re6st.net.Ip6;
import net.re6st.node.command.PingOutput.Kind;
import net.re6st.node.control.ControlRequest;
import net.re6st.testing.Schemas;
import org.junit.jupiter.api.Test;

class TraceTest {
    private static final Ip6 TARGET = Ip6.parse("2001:db8:42:4::1").orElseThrow();
    private static final String EXCEEDED = "From 2001:db8:42:2::1 icmp_seq=1 Time exceeded: Hop limit\n";
    private static final String ANSWER = "64 bytes from 2001:db8:42:4::1: icmp_seq=1 ttl=63 time=8.25 ms\n"
            + "64 bytes from 2001:db8:42:4::1: icmp_seq=2 ttl=63 time=7.5 ms\n";
    private static final String NEAR = "64 bytes from 2001:db8:42:2::1: icmp_seq=1 ttl=64 time=3.1 ms\n";

    @Test
    void readsWhatPingPrints() {
        assertThat(PingOutput.parse(ANSWER)).isEqualTo(new PingOutput(Kind.ANSWER, TARGET, 7.5));
        assertThat(PingOutput.parse(EXCEEDED).kind()).isEqualTo(Kind.EXCEEDED);
        assertThat(PingOutput.parse("From 2001:db8::1%eth0 icmp_seq=1 Destination unreachable: No route")
                        .kind())
                .isEqualTo(Kind.UNREACHABLE);
        assertThat(PingOutput.parse("From 2001:db8::1 icmp_seq=1 Packet too big: mtu=1280")
                        .kind())
                .isEqualTo(Kind.TOO_BIG);
        assertThat(PingOutput.parse("ping: local error: message too long, mtu: 1500")
                        .kind())
                .isEqualTo(Kind.TOO_BIG);
        assertThat(PingOutput.parse("64 bytes from fe80::2%re6stnet1: icmp_seq=1 ttl=64 time=0.5 ms")
                        .from())
                .isEqualTo(Ip6.parse("fe80::2").orElseThrow());
        assertThat(PingOutput.parse("1 packets transmitted, 0 received").kind()).isEqualTo(Kind.SILENCE);
    }

    @Test
    void namesTheNodesOnTheWay() {
        Trace.Way way = follow(Map.of("1", EXCEEDED, "2", ANSWER));
        assertThat(way.reached()).isTrue();
        assertThat(Trace.lines(way, Terminal.plain()))
                .containsExactly(
                        "HOP  NODE  RTT  ADDRESS",
                        "  1  2/16  3.1  2001:db8:42:2::1",
                        "  2  4/16  7.5  2001:db8:42:4::1",
                        "2001:db8:42:4::1 is reached through re6stnet1");
        Schemas.assertValid("re6stnet-trace", Json.write(Trace.json(way)));
    }

    @Test
    void aSilentHopIsShownAndTheWayGoesOn() {
        Trace.Way way = follow(Map.of("2", EXCEEDED, "3", ANSWER));
        assertThat(Trace.lines(way, Terminal.plain()).get(1)).isEqualTo("  1  silent    -  -");
        assertThat(way.hops()).hasSize(3);
        Schemas.assertValid("re6stnet-trace", Json.write(Trace.json(way)));
    }

    @Test
    void aHopThatIsSilentOnceIsAskedAgainMoreThanOnce() {
        List<String> counts = new CopyOnWriteArrayList<>();
        Trace.Way way = trace(words -> {
                    if (words.get(words.indexOf("-t") + 1).equals("1")) {
                        String count = words.get(words.indexOf("-c") + 1);
                        counts.add(count);
                        return count.equals("1") ? "" : EXCEEDED;
                    }
                    return ANSWER;
                })
                .follow(TARGET, "re6stnet1");
        assertThat(counts).containsExactly("1", "5");
        assertThat(way.hops().get(0).node()).isPresent();
    }

    @Test
    void theWayEndsWhereSomebodySaysSo() {
        String unreachable = "From 2001:db8:42:2::1 icmp_seq=1 Destination unreachable: No route\n";
        Trace.Way way = follow(Map.of("1", EXCEEDED, "2", unreachable));
        assertThat(way.reached()).isFalse();
        assertThat(way.hops()).hasSize(2);
    }

    @Test
    void nobodyAnsweringIsNotFollowedForEver() {
        Trace.Way way = follow(Map.of());
        assertThat(way.reached()).isFalse();
        assertThat(way.hops()).hasSize(1);
        Schemas.assertValid("re6stnet-trace", Json.write(Trace.json(way)));
    }

    @Test
    void aNodeCanBeNamedByItsPrefix() throws UsageError {
        Trace trace = trace(Map.of());
        assertThat(trace.target("4/16")).isEqualTo(TARGET);
        assertThat(trace.target("2001:db8::7"))
                .isEqualTo(Ip6.parse("2001:db8::7").orElseThrow());
        for (String wrong : List.of("4", "4/", "example.com", "")) {
            assertThatThrownBy(() -> trace.target(wrong)).isInstanceOf(UsageError.class);
        }
    }

    private static Trace.Way follow(Map<String, String> byHops) {
        return trace(byHops).follow(TARGET, "re6stnet1");
    }

    private static Trace trace(Map<String, String> byHops) {
        return trace(words -> byHops.getOrDefault(words.get(words.indexOf("-t") + 1), ""));
    }

    /** {@code limited}: what ping prints when it limits the hops. */
    private static Trace trace(Function<List<String>, String> limited) {
        return new Trace(
                arguments -> {
                    List<String> words = Arrays.asList(arguments);
                    if (!words.contains("-t")) {
                        return words.contains("2001:db8:42:2::1") ? NEAR : ANSWER;
                    }
                    return limited.apply(words);
                },
                ViewsTest.reply(ControlRequest.STATUS),
                ViewsTest.reply(ControlRequest.ROUTES));
    }
}
