package net.re6st.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.core.port.ClientId;
import net.re6st.core.port.RegistryLink.Call;
import net.re6st.core.port.RoutingView.Neighbour;
import net.re6st.net.Iface;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.net.Transport;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

/** Whatever happens in whatever order, what the node commands makes sense. */
class NodePropertyTest {
    private static final int CLIENT_COUNT = 3;
    private static final Iface SERVER = new Iface("re6stnet-tcp");

    /** A world that does anything that adapters may do, and remembers what was commanded. */
    private static final class World {
        final RandomGenerator random;
        final RecordedPorts ports = new RecordedPorts();
        final FakeCryptography cryptography = new FakeCryptography();
        final Node node;
        final Map<String, Prefix> processes = new TreeMap<>();
        final Set<String> up = new TreeSet<>();
        final Set<String> locked = new TreeSet<>();
        final Map<Long, Prefix> clients = new TreeMap<>();
        final List<String> violations = new ArrayList<>();
        int bootstraps;
        boolean registryAsked;
        Moment now = TestNode.START;

        World(RandomGenerator random, long seed) {
            this.random = random;
            TestNode test = new TestNode();
            test.seed = seed;
            test.disabled = Set.of(Transport.UDP, Transport.UDP6);
            test.parameters = test.parameters
                    .with(Parameter.CLIENT_COUNT, Value.of(CLIENT_COUNT))
                    .with(Parameter.TUNNEL_REFRESH, Value.of(20))
                    .with(Parameter.HELLO, Value.of(2));
            node = test.create(ports.with(cryptography), now);
            TreeMap<Prefix, String> cached = new TreeMap<>();
            for (int i = 0; i < 6; i++) {
                cached.put(peer(), "192.0.2." + i + ",1194,udp;192.0.2." + i + ",1194,tcp");
            }
            node.start(cached, "", now);
            follow();
        }

        Prefix peer() {
            return Transcript.peer(random.nextInt(14));
        }

        void step() {
            switch (random.nextInt(9)) {
                case 0 -> routes();
                case 1 -> any(processes.keySet()).filter(i -> !up.contains(i)).ifPresent(this::up);
                case 2 -> any(processes.keySet()).ifPresent(this::exit);
                case 3 -> {
                    Prefix peer = peer();
                    long number = random.nextInt(1000);
                    clients.put(number, peer);
                    node.onClientConnected(new ClientId(SERVER, number), peer, BigInteger.TEN, "198.51.100.1", now);
                }
                case 4 ->
                    any(clients.keySet()).ifPresent(number -> {
                        clients.remove(number);
                        node.onClientGone(new ClientId(SERVER, number), now);
                    });
                case 5 -> answerRegistry();
                default -> {
                    now = now.plus(Duration.ofMillis(random.nextInt(3000)));
                    if (now.hasReached(node.nextDeadlineNanos())) {
                        node.onTimer(now);
                    }
                }
            }
            cryptography.deliver(node, now);
            follow();
        }

        private <T> java.util.Optional<T> any(Set<T> set) {
            return set.stream()
                    .skip(set.isEmpty() ? 0 : random.nextInt(set.size()))
                    .findFirst();
        }

        private void routes() {
            List<Neighbour> neighbours = new ArrayList<>();
            for (String iface : up) {
                neighbours.add(
                        new Neighbour(processes.get(iface), new Iface(iface), random.nextInt(3), Double.NaN, 96));
            }
            Set<Prefix> distant = new TreeSet<>();
            for (int i = random.nextInt(8); i > 0; i--) {
                Prefix peer = peer();
                if (neighbours.stream().noneMatch(n -> n.node().equals(peer))
                        && !peer.equals(node.context().self())) {
                    distant.add(peer);
                }
            }
            node.onRoutes(new SmallRoutingView(neighbours, List.copyOf(distant)), now);
        }

        private void up(String iface) {
            up.add(iface);
            node.onTunnelUp(new Iface(iface), processes.get(iface), BigInteger.TEN, "198.51.100.7", now);
        }

        private void exit(String iface) {
            up.remove(iface);
            processes.remove(iface);
            node.onTunnelExit(new Iface(iface), "by chance", now);
        }

        private void answerRegistry() {
            if (registryAsked) {
                registryAsked = false;
                Prefix peer = peer();
                if (random.nextBoolean()) {
                    node.onBootstrapPeer(peer, "192.0.2.77,1194,tcp", now);
                } else {
                    node.onRegistryFailed(Call.BOOTSTRAP_PEER, "by chance", now);
                }
            }
        }

        private void follow() {
            for (String call : ports.take()) {
                String[] words = call.split(" ");
                switch (words[0]) {
                    case "tunnels.dial" ->
                        dialled(words[1], words[2], Prefix.parseCn(words[3]).orElseThrow());
                    case "tunnels.close" ->
                        expect(processes.containsKey(words[1]), "closes what does not run: " + call);
                    case "routing.lock" -> expect(up.contains(words[1]) && locked.add(words[1]), call);
                    case "routing.unlock" -> expect(locked.remove(words[1]), call);
                    case "registry.bootstrapPeer" -> {
                        expect(!registryAsked, "asks the registry twice at once");
                        registryAsked = true;
                        bootstraps++;
                    }
                    default -> {}
                }
            }
            expect(processes.size() <= CLIENT_COUNT + 2, processes.size() + " processes");
            ports.takeSent();
        }

        private void dialled(String iface, String remote, Prefix peer) {
            expect(!peer.equals(node.context().self()), "dials itself");
            expect(!processes.containsKey(iface), "uses " + iface + " twice");
            expect(!processes.containsValue(peer), "dials " + peer + " twice");
            expect(remote.endsWith(",tcp"), "dials a disabled transport: " + remote);
            expect(!locked.contains(iface), "dials on a locked interface");
            processes.put(iface, peer);
        }

        private void expect(boolean holds, String violation) {
            if (!holds) {
                violations.add(violation);
            }
        }
    }

    @Test
    void commandsMakeSenseWhateverHappens() {
        Seeds.forEach(60, (seed, random) -> {
            World world = new World(random, seed);
            for (int i = 0; i < 500; i++) {
                world.step();
                assertThat(world.violations).isEmpty();
            }
            long seconds = (world.now.monotonicNanos() - TestNode.START.monotonicNanos()) / 1_000_000_000;
            // After the first minute at most one search in four hellos.
            assertThat(world.bootstraps).isLessThan((int) (60 + seconds / 8));
        });
    }

    @Test
    void everyLockIsUndone() {
        Seeds.forEach(30, (seed, random) -> {
            World world = new World(random, seed);
            for (int i = 0; i < 300; i++) {
                world.step();
            }
            List.copyOf(world.processes.keySet()).forEach(world::exit);
            world.follow();
            assertThat(world.locked).isEmpty();
        });
    }
}
