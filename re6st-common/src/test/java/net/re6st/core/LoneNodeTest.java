package net.re6st.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.core.port.RoutingView.Neighbour;
import net.re6st.net.Iface;
import org.junit.jupiter.api.Test;

/** What a node does that hears nobody, or not everybody to whom it has a tunnel. */
class LoneNodeTest {
    private static final int HOUR = 3600;
    private static final int VERSION_CODE = 0;

    private final TestNode test = new TestNode();
    private final Transcript transcript = new Transcript(test);

    private long count(String call) {
        return transcript.all().stream().filter(line -> line.startsWith(call)).count();
    }

    private long fetches() {
        return count("registry.fetchParameters");
    }

    private void passes(int seconds, int fetched) {
        long before = fetches();
        for (int i = 0; i < seconds; i += 5) {
            long soFar = fetches();
            transcript.pass(5);
            if (fetches() > soFar) {
                transcript.parameters(test.parameters);
            }
        }
        assertThat(fetches() - before).isEqualTo(fetched);
    }

    @Test
    void looksForNewParametersSoonAndThenLessOften() {
        transcript.start();
        passes(115, 0);
        passes(10, 1);
        passes(280, 0);
        passes(20, 1);
        passes(570, 0);
        passes(40, 1);
        passes(3 * HOUR, 4);
        passes(10 * HOUR, 10);
    }

    @Test
    void looksSoonAgainWhenItHasBeenConnectedMeanwhile() {
        transcript.start();
        passes(125, 1);
        passes(310, 1);
        transcript.routes("0@1:1", 6);
        passes(2 * HOUR, 0);
        transcript.routes("");
        passes(115, 0);
        passes(10, 1);
    }

    @Test
    void aConnectedNodeIsTold() {
        transcript.start();
        transcript.routes("0@1:1", 6);
        passes(10 * HOUR, 0);
    }

    @Test
    void theRegistrysNodeIsTold() {
        test.prefix = TestNode.REGISTRY;
        Transcript registry = new Transcript(test);
        registry.start();
        registry.pass(10 * HOUR);
        assertThat(registry.all()).noneMatch(line -> line.startsWith("registry.fetchParameters"));
    }

    @Test
    void newsFromThisHostNeitherPutOffAFetchNorFloodTheRegistry() {
        transcript.start();
        transcript.routes("0@1:1", 6);
        for (int i = 0; i < 120; i++) {
            transcript.local(Transcript.peer(0), VERSION_CODE);
            transcript.now = transcript.now.plus(Duration.ofMillis(500));
            long before = fetches();
            transcript.pass(0);
            if (fetches() > before) {
                transcript.parameters(test.parameters);
            }
        }
        assertThat(fetches()).isBetween(5L, 7L);
    }

    // Tunnels through which nothing is heard

    private Transcript refreshing(Neighbour fourth) {
        test.parameters = test.parameters.with(Parameter.CLIENT_COUNT, Value.of(3));
        Transcript refreshing = new Transcript(test);
        refreshing.inherit(List.of(0, 3, 4), List.of(8));
        List<Neighbour> links = List.of(
                neighbour(0, "re6stnet1", 96), neighbour(3, "re6stnet2", 96), fourth, neighbour(8, "re6stnet-udp", 96));
        refreshing.happens(
                "routes",
                () -> refreshing.node.onRoutes(
                        new SmallRoutingView(links, List.of(Transcript.peer(6), Transcript.peer(7))), refreshing.now));
        return refreshing;
    }

    private static Neighbour neighbour(int number, String iface, int cost) {
        return new Neighbour(Transcript.peer(number), new Iface(iface), 1, Double.NaN, cost);
    }

    private static List<String> closed(Transcript transcript) {
        return transcript.all().stream()
                .filter(line -> line.startsWith("tunnels.close"))
                .toList();
    }

    @Test
    void aTunnelThatOneEndOnlyHearsGoesAtTheNextRefresh() {
        Transcript refreshing = refreshing(neighbour(4, "re6stnet3", Neighbour.UNREACHABLE));
        refreshing.pass(170);
        assertThat(closed(refreshing)).isEmpty();
        refreshing.pass(test.parameters.tunnelRefreshSeconds());
        assertThat(closed(refreshing)).hasSize(1).first().asString().contains("re6stnet3");
    }

    @Test
    void aTunnelThroughWhichNobodyIsHeardGoesAtTheNextRefresh() {
        Transcript refreshing = refreshing(neighbour(9, "re6stnet-tcp", 96));
        refreshing.pass(test.parameters.tunnelRefreshSeconds() + 60);
        assertThat(closed(refreshing)).hasSize(1).first().asString().contains("re6stnet3");
    }

    @Test
    void oneThatIsHeardIsGivenUpWithoutLosses() {
        Transcript refreshing = refreshing(neighbour(4, "re6stnet3", 96));
        refreshing.pass(test.parameters.tunnelRefreshSeconds() + 60);
        assertThat(closed(refreshing)).isEmpty();
        assertThat(refreshing.all()).anyMatch(line -> line.startsWith("routing.lock"));
    }

    @Test
    void oneThatWasHeardAMomentAgoStays() {
        Transcript refreshing = refreshing(neighbour(4, "re6stnet3", 96));
        refreshing.pass(test.parameters.tunnelRefreshSeconds() - 60);
        refreshing.routes("0@1:1 3@2:1 8@server:1", 6, 7);
        refreshing.pass(120);
        assertThat(closed(refreshing)).isEmpty();
    }

    @Test
    void asksTheRegistryForAnotherPeerWithoutWaitingForTheRefresh() {
        test.parameters = test.parameters.with(Parameter.TUNNEL_REFRESH, Value.of(HOUR));
        Transcript mute = new Transcript(test);
        mute.start();
        mute.bootstrap(4, "203.0.113.4,1194,udp");
        mute.up(1, 4);
        mute.pass(170);
        long before = asked(mute);
        mute.pass(300);
        assertThat(asked(mute)).isGreaterThan(before);
        assertThat(closed(mute)).isEmpty();
    }

    private static long asked(Transcript transcript) {
        return transcript.all().stream()
                .filter(line -> line.startsWith("registry.bootstrapPeer"))
                .count();
    }

    // Names

    @Test
    void aNameThatLostItsAddressIsTriedLessAndLessOften() {
        transcript.start("9", "name.example,1194,udp");
        transcript.routes("0@server:1", 9);
        transcript.happens("resolved", () -> resolved(List.of("203.0.113.9")));
        transcript.up(1, 9);
        transcript.routes("0@server:1");
        transcript.exit(1, "reset");
        long answered = 1;
        for (int i = 0; i < 120; i++) {
            if (count("resolver.resolve") > answered) {
                answered++;
                transcript.happens("no address", () -> resolved(List.of()));
            }
            transcript.pass(5);
        }
        assertThat(answered).isBetween(4L, 12L);
    }

    private void resolved(List<String> ips) {
        transcript.node.onResolved(transcript.lastTicket(), ips, transcript.now);
    }
}
