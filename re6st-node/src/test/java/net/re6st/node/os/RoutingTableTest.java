package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import net.re6st.babel.BabelDump;
import net.re6st.babel.BabeldLine;
import net.re6st.babel.BabeldLineReader;
import net.re6st.core.port.RoutingView;
import net.re6st.core.port.RoutingView.Contest;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class RoutingTableTest {
    private static final Network NETWORK = Network.parseBits(
                    Ip6.parse("2001:db8:42::").orElseThrow().bits().substring(0, 48))
            .orElseThrow();
    private static final String NEAR = " address fe80::a if re6stnet1 reach ffff ureach 0000 rxcost 96 txcost 96";

    private static final Ip6 ADDRESS = ip("fe80::a");

    private static final String[] VOCABULARY =
            ("add change flush route neighbour interface prefix 2001:db8:42:1::/64 ::/0 from installed yes no metric refmetric 0 96 65535 via fe80::1 if re6stnet1"
                            + " id address cost rtt 1.5 5a ffffffffffffffffff -1 1::2::3 :: : / /64 1.2.3.4/8 99999999999 ok bad a:b:c:d:e:f:1:2:3 ::ffff:1.2.3.4 12345:: \0 x\ty")
                    .split(" ");

    private final RoutingTable table =
            new RoutingTable(NETWORK, Prefix.parseCn("9/16").orElseThrow());
    private final BabeldLineReader lines = new BabeldLineReader();
    private final BabeldLine line = new BabeldLine();
    private boolean changed;

    @Test
    void knowsNeighboursAndWhatIsBehindThem() {
        feed("add neighbour 5a" + NEAR + " rtt 1.500 rttcost 0 cost 96");
        feed(
                "add route 1 prefix 2001:db8:42:1::/64 from ::/0 installed yes id x metric 96 refmetric 0 via fe80::a if re6stnet1");
        feed(
                "add route 2 prefix 2001:db8:42:2::/64 from ::/0 installed yes id x metric 192 refmetric 96 via fe80::a if re6stnet1");
        feed(
                "add route 3 prefix 2001:db8:42:9::/64 from ::/0 installed no id x metric 192 refmetric 96 via fe80::a if re6stnet1");

        RoutingView view = table.view();

        assertThat(view.nodeCount()).isEqualTo(2);
        assertThat(view.isReachable(node(1))).isTrue();
        assertThat(view.isReachable(node(3))).isFalse();
        assertThat(view.neighbours())
                .containsExactly(new RoutingView.Neighbour(node(1), new Iface("re6stnet1"), 2, 1.5, 96, ADDRESS, 0));
        assertThat(view.distantCount()).isEqualTo(1);
        assertThat(view.sampleDistant(5, new SplittableRandom(1))).containsExactly(node(2));
        assertThat(view.interfaceTo(node(2))).contains(new Iface("re6stnet1"));
        assertThat(view.routesThrough(new Iface("re6stnet1"))).isEqualTo(2);
        assertThat(view.hasForeignRoute()).isFalse();
    }

    @Test
    void listsWhatItKnowsForOperators() {
        feed("add neighbour 5a" + NEAR + " rtt 1.500 rttcost 0 cost 96");
        feed("add neighbour 5b address fe80::b if eth0 reach 0 cost 65535");
        feed(
                "add route 1 prefix 2001:db8:42:1::/64 from ::/0 installed yes id x metric 96 refmetric 0 via fe80::a if re6stnet1");
        feed(
                "add route 2 prefix 2001:db8:42:2::/64 from ::/0 installed yes id x metric 192 refmetric 96 via fe80::a if re6stnet1");
        feed(
                "add route 3 prefix 2001:db8:42:3::/64 from ::/0 installed no id x metric 192 refmetric 96 via fe80::a if re6stnet1");
        // A metric alone makes no other view, but is listed.
        feed(
                "change route 2 prefix 2001:db8:42:2::/64 from ::/0 installed yes id x metric 200 refmetric 104 via fe80::a if re6stnet1");

        RoutingListing listing = table.listing(true);

        Iface near = new Iface("re6stnet1");
        assertThat(listing.routes())
                .containsExactly(
                        new RoutingListing.Route(node(1), near, node(1), 96),
                        new RoutingListing.Route(node(2), near, node(1), 200));
        assertThat(listing.links())
                .containsExactly(
                        new RoutingListing.Link(ip("fe80::a"), near, node(1), 96, 1.5, 2),
                        new RoutingListing.Link(ip("fe80::b"), new Iface("eth0"), null, 65_535, Double.NaN, 0));
        assertThat(listing.known()).isEqualTo(3);
        assertThat(table.listing(false).routes()).isEmpty();
    }

    private static Ip6 ip(String text) {
        return Ip6.parse(text).orElseThrow();
    }

    private static final String FIRST = "00:00:00:00:00:00:00:01";
    private static final String SECOND = "00:00:00:00:00:00:00:02";
    private static final String THIRD = "00:00:00:00:00:00:00:03";

    private boolean told(String act, int route, int node, String router, int metric, String via) {
        String text = act + " route " + route + " prefix 2001:db8:42:" + node + "::/64 from ::/0 installed no id "
                + router + " metric " + metric + " refmetric 96 via " + via + " if re6stnet1";
        return fed(text);
    }

    @Test
    void prefixUnderTwoRouterIdsIsContestedAsLongAsBothAreHeard() {
        assertThat(told("add", 1, 5, FIRST, 200, "fe80::a")).isTrue();
        assertThat(told("add", 2, 5, FIRST, 200, "fe80::b")).isTrue();
        assertThat(table.view().contests()).isEmpty();
        assertThat(told("change", 2, 5, SECOND, 200, "fe80::b")).isTrue();
        assertThat(table.view().contests()).containsExactly(new Contest(node(5), 1, 2));
        assertThat(told("add", 3, 5, FIRST, 200, "fe80::c")).isTrue();
        assertThat(told("change", 1, 5, SECOND, 200, "fe80::a")).isTrue();
        assertThat(table.view().contests()).containsExactly(new Contest(node(5), 1, 2));
        assertThat(fed("flush route 3")).isTrue();
        assertThat(table.view().contests()).isEmpty();
    }

    @Test
    void anotherMetricMakesNoOtherView() {
        told("add", 1, 5, FIRST, 200, "fe80::a");
        assertThat(told("change", 1, 5, FIRST, 300, "fe80::a")).isFalse();
    }

    @Test
    void routerIdOfARouteThatLeadsNowhereDoesNotCount() {
        told("add", 1, 5, FIRST, 200, "fe80::a");
        told("add", 2, 5, SECOND, 65_535, "fe80::b");
        assertThat(table.view().contests()).isEmpty();
        told("change", 2, 5, SECOND, 200, "fe80::b");
        assertThat(table.view().contests()).hasSize(1);
        told("change", 1, 5, FIRST, 65_535, "fe80::a");
        assertThat(table.view().contests()).isEmpty();
    }

    @Test
    void ourOwnPrefixIsContestedByAnybodyWhoAnnouncesIt() {
        fed("my-id " + SECOND);
        told("add", 1, 5, FIRST, 200, "fe80::a");
        told("add", 2, 5, THIRD, 200, "fe80::b");
        assertThat(told("add", 3, 9, THIRD, 200, "fe80::a")).isTrue();
        assertThat(table.view().contests()).containsExactly(new Contest(node(9), 2, 3), new Contest(node(5), 1, 3));
        fed("flush route 3");
        assertThat(table.view().contests()).containsExactly(new Contest(node(5), 1, 3));
        table.clear();
        assertThat(table.view().contests()).isEmpty();
    }

    @Test
    void foreignRoutesAreNobodysPrefix() {
        feed("add route 1 prefix ::/0 from ::/0 installed yes id " + FIRST
                + " metric 96 refmetric 0 via fe80::a if re6stnet1");
        feed("add route 2 prefix ::/0 from ::/0 installed no id " + SECOND
                + " metric 96 refmetric 0 via fe80::b if re6stnet1");
        assertThat(table.view().contests()).isEmpty();
    }

    @Test
    void listsThroughWhomEachRouterIdOfAContestedPrefixIsHeard() {
        feed("add neighbour 5a" + NEAR + " rtt 1.500 rttcost 0 cost 96");
        feed("add route 1 prefix 2001:db8:42:1::/64 from ::/0 installed yes id " + THIRD
                + " metric 96 refmetric 0 via fe80::a if re6stnet1");
        told("add", 2, 5, FIRST, 200, "fe80::a");
        assertThat(table.listing(false).announcers()).isEmpty();
        told("add", 3, 5, SECOND, 200, "fe80::b");
        assertThat(table.listing(false).announcers())
                .containsExactly(
                        new RoutingListing.Announcer(node(5), 1, List.of(node(1))),
                        new RoutingListing.Announcer(node(5), 2, List.of()));
    }

    /** Whatever comes in which order: contests are what the routes that are there say. */
    @Test
    void contestsAreThoseOfTheRoutesThatAreThere() {
        Seeds.forEach(50, (seed, random) -> {
            table.clear();
            String[] ids = new String[40];
            int[] of = new int[40];
            for (int step = 0; step < 400; step++) {
                int route = random.nextInt(40);
                boolean gone = random.nextInt(4) == 0;
                if (gone) {
                    fed("flush route " + (route + 1));
                    ids[route] = null;
                    continue;
                }
                int metric = random.nextInt(5) == 0 ? 65_535 : 100;
                String id = random.nextBoolean() ? FIRST : SECOND;
                of[route] = 1 + random.nextInt(3);
                told("add", route + 1, of[route], id, metric, "fe80::" + (route + 1));
                ids[route] = metric == 100 ? id : null;
            }
            for (int node = 1; node <= 3; node++) {
                Set<String> heard = new HashSet<>();
                for (int route = 0; route < 40; route++) {
                    if (ids[route] != null && of[route] == node) {
                        heard.add(ids[route]);
                    }
                }
                boolean contested = table.view().contests().contains(new Contest(node(node), 1, 2));
                assertThat(contested).as("seed " + seed + ", node " + node).isEqualTo(heard.size() == 2);
            }
        });
    }

    @Test
    void takesNoUnreachableRouteForAnInstalledOne() {
        feed("add neighbour 5a" + NEAR.replace("txcost 96", "txcost 65535") + " cost 65535");
        feed(
                "add route 1 prefix 2001:db8:42:1::/64 from ::/0 installed yes id x metric 65535 refmetric 0 via fe80::a if re6stnet1");

        assertThat(table.view().nodeCount()).isZero();
        assertThat(table.view().neighbours()).isEmpty();

        feed("change neighbour 5a" + NEAR + " cost 96");
        feed(
                "change route 1 prefix 2001:db8:42:1::/64 from ::/0 installed yes id x metric 96 refmetric 0 via fe80::a if re6stnet1");
        assertThat(table.view().neighbours()).hasSize(1);
    }

    @Test
    void neighbourThatLocksItsLinkStaysTheNeighbourWhileRoutesAreOnIt() {
        feed("add neighbour 5a" + NEAR + " cost 96");
        feed(
                "add route 1 prefix 2001:db8:42:1::/64 from ::/0 installed yes id x metric 96 refmetric 0 via fe80::a if re6stnet1");
        feed(
                "add route 2 prefix 2001:db8:42:2::/64 from ::/0 installed yes id x metric 192 refmetric 96 via fe80::a if re6stnet1");

        feed(
                "change route 1 prefix 2001:db8:42:1::/64 from ::/0 installed yes id x metric 20096 refmetric 20000 via fe80::a if re6stnet1");
        feed(
                "change route 2 prefix 2001:db8:42:2::/64 from ::/0 installed yes id x metric 20000 refmetric 20000 via fe80::a if re6stnet1");

        assertThat(table.view().neighbours())
                .containsExactly(
                        new RoutingView.Neighbour(node(1), new Iface("re6stnet1"), 2, Double.NaN, 96, ADDRESS, 0));
    }

    @Test
    void knowsWhetherThereAreOtherWaysToANeighbour() {
        feed("add neighbour 5a" + NEAR + " cost 96");
        feed("add neighbour 5b address fe80::b if re6stnet2 reach ffff ureach 0000 rxcost 96 txcost 96 cost 96");
        feed(
                "add route 1 prefix 2001:db8:42:1::/64 from ::/0 installed yes id x metric 96 refmetric 0 via fe80::a if re6stnet1");
        String other =
                "route 2 prefix 2001:db8:42:1::/64 from ::/0 installed no id x metric %s refmetric 96 via fe80::b if re6stnet2";
        assertThat(otherWays()).isZero();

        assertThat(fed("add " + other.formatted("192"))).isTrue();
        assertThat(otherWays()).isEqualTo(1);
        assertThat(fed("change " + other.formatted("65535"))).isTrue();
        assertThat(otherWays()).isZero();
        assertThat(fed("change " + other.formatted("200"))).isTrue();
        assertThat(otherWays()).isEqualTo(1);
        assertThat(fed("flush " + other.formatted("200"))).isTrue();
        assertThat(otherWays()).isZero();
    }

    private int otherWays() {
        return table.view().neighbours().get(0).otherWays();
    }

    @Test
    void routeOverALockedLinkIsNotTheNeighboursOwn() {
        feed("add neighbour 5a" + NEAR + " cost 96");
        feed(
                "add route 1 prefix 2001:db8:42:1::/64 from ::/0 installed yes id x metric 20096 refmetric 20000 via fe80::a if re6stnet1");

        assertThat(table.view().neighbours()).isEmpty();
    }

    @Test
    void forgetsFlushedRoutesAndLeavesIpv4Aside() {
        feed(
                "add route 1 prefix 2001:db8:42:1::/64 from ::/0 installed yes id x metric 96 refmetric 0 via fe80::a if re6stnet1");
        feed(
                "add route 2 prefix 10.42.0.0/24 from 0.0.0.0/0 installed yes id x metric 96 refmetric 0 via fe80::a if re6stnet1");
        feed(
                "add route 3 prefix ::/0 from 2001:db8:42::/48 installed yes id x metric 96 refmetric 0 via fe80::a if re6stnet1");
        assertThat(table.view().hasForeignRoute()).isTrue();
        assertThat(table.view().nodeCount()).isEqualTo(1);

        feed("flush route 1");
        feed("flush route 3");

        assertThat(table.view().hasForeignRoute()).isFalse();
        assertThat(table.view().nodeCount()).isZero();
        assertThat(table.routes()).isZero();
    }

    @Test
    void namesNeighboursThatAnnounceSeveralPrefixes() {
        feed(
                "add route 1 prefix 2001:db8:42:1::/64 from ::/0 installed yes id x metric 96 refmetric 0 via fe80::a if re6stnet1");
        feed(
                "add route 2 prefix 2001:db8:42:2::/64 from ::/0 installed yes id x metric 96 refmetric 0 via fe80::a if re6stnet1");

        assertThat(table.faultyNeighbours()).containsExactly("fe80::a on re6stnet1");
    }

    @Test
    void tellsARegistryWhatIsInstalled() {
        feed("add neighbour 5a" + NEAR + " cost 96");
        feed(
                "add route 1 prefix 2001:db8:42:1::/64 from ::/0 installed yes id x metric 96 refmetric 0 via fe80::a if re6stnet1");
        feed(
                "add route 2 prefix 2001:db8:42:2::/64 from ::/0 installed no id x metric 96 refmetric 0 via fe80::b if re6stnet1");

        BabelDump dump = table.dump();

        assertThat(dump.interfaces()).extracting(BabelDump.Interface::name).containsExactly("re6stnet1");
        assertThat(dump.reachable(NETWORK)).containsExactly(node(1));
    }

    @Test
    void keepsItsCountsUnderAnySequenceOfLines() {
        Seeds.forEach(200, (seed, random) -> {
            RoutingTable each = new RoutingTable(NETWORK, node(9));
            BabeldLine reused = new BabeldLine();
            java.util.Map<Integer, String> installed = new java.util.TreeMap<>();
            for (int i = 0; i < 300; i++) {
                int id = 1 + random.nextInt(20);
                String text;
                if (random.nextInt(3) == 0) {
                    text = "flush route " + Integer.toHexString(id);
                    installed.remove(id);
                } else {
                    boolean yes = random.nextBoolean();
                    // One route per destination, as babeld installs only one.
                    String prefix = "2001:db8:42:" + Integer.toHexString(id + 16) + "::/64";
                    text = "change route " + Integer.toHexString(id) + " prefix " + prefix + " from ::/0 installed "
                            + (yes ? "yes" : "no") + " id x metric 96 refmetric " + random.nextInt(2) + " via fe80::"
                            + random.nextInt(1, 4) + " if re6stnet" + random.nextInt(1, 4);
                    if (yes) {
                        installed.put(id, prefix);
                    } else {
                        installed.remove(id);
                    }
                }
                reused.set(text.getBytes(StandardCharsets.US_ASCII), text.length());
                each.apply(reused);
            }
            RoutingView view = each.view();
            assertThat(view.nodeCount()).isEqualTo(installed.size());
            int total = 0;
            for (int i = 1; i < 4; i++) {
                total += view.routesThrough(new Iface("re6stnet" + i));
            }
            assertThat(total).isEqualTo(installed.size());
            assertThat(view.sample(100, random)).hasSize(installed.size()).doesNotHaveDuplicates();
        });
    }

    @Test
    void survivesAnyBytes() {
        Seeds.forEach(10_000, (seed, random) -> {
            StringBuilder text = new StringBuilder();
            int words = random.nextInt(40);
            for (int i = 0; i < words; i++) {
                text.append(VOCABULARY[random.nextInt(VOCABULARY.length)]).append(random.nextInt(20) == 0 ? '\n' : ' ');
            }
            byte[] bytes = text.append('\n').toString().getBytes(StandardCharsets.ISO_8859_1);
            for (int i = 0; i < random.nextInt(5); i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            lines.read(ByteBuffer.wrap(bytes), this::apply);
            table.view();
        });
        assertThat(table.routes()).isLessThan(10_000);
    }

    @Test
    void dropsLinesThatAreTooLongAndGoesOn() {
        feed("x".repeat(5_000));
        feed(
                "add route 1 prefix 2001:db8:42:1::/64 from ::/0 installed yes id x metric 96 refmetric 0 via fe80::a if re6stnet1");

        assertThat(lines.dropped()).isEqualTo(1);
        assertThat(table.routes()).isEqualTo(1);
    }

    @Test
    void readsEveryFormOfAddress() {
        Seeds.forEach(5_000, (seed, random) -> {
            long high = random.nextInt(4) == 0 ? 0 : random.nextLong() & mask(random.nextInt(16));
            long low = random.nextInt(4) == 0 ? 0 : random.nextLong() & mask(random.nextInt(16));
            String text = new Ip6(high, low).toString();
            line.set(text.getBytes(StandardCharsets.US_ASCII), text.length());
            assertThat(line.address(0)).as(text).isTrue();
            assertThat(new Ip6(line.high(), line.low())).as(text).isEqualTo(new Ip6(high, low));
        });
    }

    /** Some groups of zeros. */
    private static long mask(int groups) {
        long mask = 0;
        for (int i = 0; i < 4; i++) {
            mask |= (groups >> i & 1) == 0 ? 0 : 0xffffL << (16 * i);
        }
        return mask;
    }

    @Test
    void gettingOneByteAtATimeChangesNothing() {
        String text = "add neighbour 5a" + NEAR + " cost 96\n"
                + "add route 1 prefix 2001:db8:42:1::/64 from ::/0 installed yes id x metric 96 refmetric 0 via fe80::a if re6stnet1\n";
        for (byte b : text.getBytes(StandardCharsets.US_ASCII)) {
            lines.read(ByteBuffer.wrap(new byte[] {b}), this::apply);
        }
        assertThat(table.view().neighbours()).hasSize(1);
    }

    private void feed(String text) {
        lines.read(ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.US_ASCII)), this::apply);
    }

    /** Whether the line made a difference. */
    private boolean fed(String text) {
        changed = false;
        feed(text);
        return changed;
    }

    private void apply(byte[] bytes, int length) {
        line.set(bytes, length);
        changed = table.apply(line);
    }

    private static Prefix node(int number) {
        return Prefix.parseCn(number + "/16").orElseThrow();
    }
}
