package net.re6st.core;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.re6st.core.port.ClientId;
import net.re6st.core.port.ProbeAnswer;
import net.re6st.core.port.RoutingView;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.net.Remote;
import net.re6st.net.Transport;

/** A node with tunnels whose links lose what the test says, in a time of its own. */
final class WatchedNode {
    static final Iface SERVER = new Iface("re6stnet-udp");
    private static final long MILLI = 1_000_000;

    private final RecordedPorts ports = new RecordedPorts();
    private final FakeCryptography cryptography = new FakeCryptography();
    private final SplittableRandom random = new SplittableRandom(1);
    private final PriorityQueue<Answer> answers = new PriorityQueue<>();
    private final List<RoutingView.Neighbour> links = new ArrayList<>();
    private final List<Prefix> elsewhere = new ArrayList<>(List.of(TestNode.REGISTRY));
    private final Map<Iface, Double> loss = new HashMap<>();

    /** What was commanded besides probes and messages, with the second. */
    final List<String> commands = new ArrayList<>();

    final Node node;
    int probes;

    /** How late every timer comes. */
    Duration delay = Duration.ZERO;

    private Moment now = TestNode.START;

    private record Answer(long at, ProbeAnswer content) implements Comparable<Answer> {
        @Override
        public int compareTo(Answer other) {
            return Long.compare(at, other.at);
        }
    }

    /** With tunnels to 1, 2 and so on, and a client of the number after. */
    WatchedNode(boolean probing, int tunnels) {
        TestNode test = new TestNode();
        test.probing = probing;
        node = test.create(ports.with(cryptography), now);
        List<Inheritance.Tunnel> inherited = new ArrayList<>();
        for (int number = 1; number <= tunnels; number++) {
            Remote remote = new Remote("203.0.113." + number, 1194, Transport.UDP);
            inherited.add(new Inheritance.Tunnel(
                    iface(number), peer(number), remote, BigInteger.valueOf(number), null, false));
            links.add(link(number, iface(number), 1));
        }
        int client = tunnels + 1;
        links.add(link(client, SERVER, 1));
        node.start(
                new TreeMap<>(),
                "",
                new Inheritance(
                        inherited,
                        List.of(new Inheritance.Client(
                                new ClientId(SERVER, client), peer(client), BigInteger.valueOf(client), "203.0.113.9")),
                        List.of(),
                        List.of()),
                now);
        tellRoutes();
    }

    /** Not ourselves. */
    static Prefix peer(int number) {
        return Transcript.peer(100 + number);
    }

    static Iface iface(int number) {
        return new Iface("re6stnet" + number);
    }

    private static RoutingView.Neighbour link(int number, Iface iface, int otherWays) {
        Ip6 address = Ip6.parse("fe80::" + number).orElseThrow();
        return new RoutingView.Neighbour(peer(number), iface, 1, 1.5, 96, address, otherWays);
    }

    void lose(int number, double share) {
        loss.put(number > 0 ? iface(number) : SERVER, share);
    }

    /** babeld knows no other route to that neighbour. */
    void isOnlyWay(int number) {
        links.replaceAll(each -> each.iface().equals(iface(number)) ? link(number, iface(number), 0) : each);
        tellRoutes();
    }

    /** Whatever used the link goes another way. */
    void leave(int number) {
        links.removeIf(each -> each.iface().equals(iface(number)));
        elsewhere.add(peer(number));
        tellRoutes();
    }

    /** Babel hears that neighbour again. */
    void comeBack(int number) {
        links.add(link(number, iface(number), 1));
        elsewhere.remove(peer(number));
        tellRoutes();
    }

    private void tellRoutes() {
        node.onRoutes(new SmallRoutingView(List.copyOf(links), List.copyOf(elsewhere)), now);
        take();
    }

    Moment now() {
        return now;
    }

    double seconds() {
        return (now.monotonicNanos() - TestNode.START.monotonicNanos()) / 1e9;
    }

    void exit(int number) {
        node.onTunnelExit(iface(number), "SIGTERM", now);
        take();
    }

    /** Goes on until something is commanded that begins so, or time is up; true if it was. */
    boolean runUntil(String command, Duration time) {
        Moment end = now.plus(time);
        int before = commands.size();
        while (end.hasReached(next())
                || (!answers.isEmpty() && end.hasReached(answers.element().at()))) {
            step();
            if (commands.subList(before, commands.size()).stream().anyMatch(each -> each.contains(command))) {
                return true;
            }
        }
        now = end;
        return false;
    }

    void run(Duration time) {
        runUntil("nothing is called so", time);
    }

    private long next() {
        return node.nextDeadlineNanos() == Long.MAX_VALUE ? Long.MAX_VALUE : node.nextDeadlineNanos() + delay.toNanos();
    }

    private void step() {
        Answer answer = answers.peek();
        if (answer != null && answer.at() <= next()) {
            answers.remove();
            advance(answer.at());
            node.onProbeAnswered(answer.content(), now);
        } else {
            advance(next());
            node.onTimer(now);
        }
        cryptography.deliver(node, now);
        take();
    }

    private void advance(long nanos) {
        now = now.plus(Duration.ofNanos(Math.max(0, nanos - now.monotonicNanos())));
    }

    private void take() {
        for (String call : ports.take()) {
            String[] words = call.split(" ");
            if (words[0].equals("probe")) {
                probes++;
                answer(
                        new Iface(words[1]),
                        Ip6.parse(words[2]).orElseThrow(),
                        Long.parseLong(words[3]),
                        words.length > 4);
            } else if (words[0].startsWith("routing.") || words[0].startsWith("tunnels.")) {
                commands.add("%.0f s: %s".formatted(seconds(), call));
            }
        }
        ports.takeSent();
    }

    private void answer(Iface iface, Ip6 address, long number, boolean insisting) {
        double lost = loss.getOrDefault(iface, 0.0);
        Duration time = Duration.ofNanos((long) ((20 + random.nextDouble()) * MILLI));
        long at = now.plus(time).monotonicNanos();
        if (random.nextDouble() >= lost) {
            answers.add(new Answer(at, new ProbeAnswer.Echo(iface, number, time, 0)));
        }
        if (insisting && random.nextDouble() >= lost) {
            answers.add(new Answer(at, new ProbeAnswer.Presence(iface, address)));
        }
    }
}
