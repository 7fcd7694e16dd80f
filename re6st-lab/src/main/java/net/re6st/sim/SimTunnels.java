package net.re6st.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.re6st.core.port.ClientId;
import net.re6st.net.Iface;
import net.re6st.net.Prefix;
import net.re6st.net.Remote;

/** OpenVPN: attempts, connections and their ends, with the time each takes. */
final class SimTunnels {
    static final Iface SERVER = new Iface("re6stnet-udp");
    private static final Duration UNANSWERED = Duration.ofSeconds(10);
    private static final Duration SERVER_NOTICES_EXIT = Duration.ofSeconds(5);

    private final Simulation simulation;
    private final List<SimLink> links = new ArrayList<>();
    private final Map<ClientId, Attempt> attempts = new LinkedHashMap<>();
    private final List<Attempt> trying = new ArrayList<>();
    private long clients;
    private int closedByAgreement;

    /** One process of a dialler that is not connected yet; the server's core must let it in. */
    private static final class Attempt {
        private final SimNode dialler;
        private final Iface iface;
        private boolean cancelled;

        Attempt(SimNode dialler, Iface iface) {
            this.dialler = dialler;
            this.iface = iface;
        }
    }

    SimTunnels(Simulation simulation) {
        this.simulation = simulation;
    }

    void dial(SimNode dialler, Iface iface, Remote remote, Prefix peer) {
        Optional<SimNode> target = simulation.nodes().stream()
                .filter(n -> n.ip().equals(remote.ip()) && n.isDialable() && n != dialler)
                .findFirst();
        Attempt attempt = new Attempt(dialler, iface);
        trying.add(attempt);
        dialler.eventIn(simulation.jitter(80, 300), n -> {
            SimNode server = target.filter(SimNode::isRunning).orElse(null);
            if (attempt.cancelled) {
                return;
            }
            if (server == null || !server.prefix().equals(peer)) {
                fail(attempt, "unanswered", UNANSWERED);
                return;
            }
            ClientId id = new ClientId(SERVER, clients++);
            attempts.put(id, attempt);
            server.event(s -> s.onClientConnecting(
                    id,
                    dialler.prefix(),
                    dialler.serial(),
                    dialler.ip(),
                    simulation.queue().now()));
        });
    }

    private void fail(Attempt attempt, String reason, Duration delay) {
        attempt.dialler.eventIn(delay, n -> {
            if (trying.remove(attempt)) {
                n.onTunnelExit(attempt.iface, reason, simulation.queue().now());
            }
        });
    }

    private void exit(SimNode dialler, Iface iface, String reason, Duration delay) {
        dialler.eventIn(
                delay, n -> n.onTunnelExit(iface, reason, simulation.queue().now()));
    }

    void accepted(SimNode server, ClientId id) {
        Attempt attempt = attempts.remove(id);
        if (attempt == null || attempt.cancelled || !attempt.dialler.isRunning()) {
            return;
        }
        if (served(server) >= server.parameters().maxClients()) {
            fail(attempt, "server is full", Duration.ofMillis(100));
            return;
        }
        SimNode dialler = attempt.dialler;
        trying.remove(attempt);
        SimLink link = new SimLink(dialler, attempt.iface, server, id);
        links.add(link);
        simulation.routing().add(link);
        server.eventIn(
                Duration.ofMillis(20),
                n -> n.onClientConnected(
                        id,
                        dialler.prefix(),
                        dialler.serial(),
                        dialler.ip(),
                        simulation.queue().now()));
        dialler.eventIn(Duration.ofMillis(40), n -> {
            if (link.alive) {
                n.onTunnelUp(
                        link.clientIface,
                        server.prefix(),
                        server.serial(),
                        dialler.ip(),
                        simulation.queue().now());
            }
        });
    }

    private long served(SimNode server) {
        return links.stream().filter(l -> l.server == server && l.alive).count();
    }

    void refused(SimNode server, ClientId id, String reason) {
        Attempt attempt = attempts.remove(id);
        if (attempt != null) {
            fail(attempt, reason, Duration.ofMillis(100));
        }
    }

    Optional<SimLink> find(SimNode dialler, Iface iface) {
        return links.stream()
                .filter(l -> l.client == dialler && l.clientIface.equals(iface) && l.alive)
                .findFirst();
    }

    /** The client ends: its peer's server notices when told, or later. */
    void close(SimNode dialler, Iface iface) {
        trying.stream()
                .filter(a -> a.dialler == dialler && a.iface.equals(iface))
                .forEach(a -> a.cancelled = true);
        trying.removeIf(a -> a.cancelled);
        find(dialler, iface).ifPresent(link -> {
            closedByAgreement++;
            end(link, true);
            link.server.eventIn(
                    SERVER_NOTICES_EXIT,
                    n -> n.onClientGone(link.clientId, simulation.queue().now()));
        });
        exit(dialler, iface, "closed", Duration.ofMillis(10));
    }

    /** The server ends one client. */
    void disconnect(SimNode server, ClientId id) {
        links.stream()
                .filter(l -> l.server == server && l.clientId.equals(id) && l.alive)
                .findFirst()
                .ifPresent(link -> {
                    end(link, true);
                    exit(link.client, link.clientIface, "reset by the server", Duration.ofMillis(20));
                    server.eventIn(
                            SERVER_NOTICES_EXIT,
                            n -> n.onClientGone(id, simulation.queue().now()));
                });
    }

    private void end(SimLink link, boolean closed) {
        link.alive = false;
        links.remove(link);
        simulation.routing().noticeLoss(link, closed);
    }

    /** A host is gone without a word: the others notice when nothing comes for four hellos. */
    void hostDied(SimNode dead) {
        Duration silence = Duration.ofSeconds(4L * dead.parameters().helloSeconds());
        trying.stream().filter(a -> a.dialler == dead).forEach(a -> a.cancelled = true);
        trying.removeIf(a -> a.cancelled);
        for (SimLink link : List.copyOf(links)) {
            if (link.client == dead) {
                end(link, false);
                link.server.eventIn(
                        silence,
                        n -> n.onClientGone(link.clientId, simulation.queue().now()));
            } else if (link.server == dead) {
                end(link, false);
                exit(link.client, link.clientIface, "ping-exit", silence);
            }
        }
    }

    List<SimLink> links() {
        return List.copyOf(links);
    }

    List<SimLink> linksOf(SimNode node) {
        return links.stream().filter(l -> l.client == node || l.server == node).toList();
    }

    /** Tunnels that their client closed. */
    int closedCount() {
        return closedByAgreement;
    }
}
