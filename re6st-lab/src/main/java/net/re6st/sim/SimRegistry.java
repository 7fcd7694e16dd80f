package net.re6st.sim;

import java.time.Duration;
import java.util.List;
import net.re6st.config.NetworkParameters;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.core.port.PeerChannel.Source;
import net.re6st.core.port.RegistryLink.Call;
import net.re6st.net.Bytes;
import net.re6st.net.Ip6;

/** The registry: answers the calls of nodes while it is there, and tells its own node of new versions. */
final class SimRegistry {
    private static final Duration ANSWER = Duration.ofMillis(50);
    private static final Duration UNREACHABLE = Duration.ofSeconds(3);

    private final Simulation simulation;
    private NetworkParameters parameters;
    private long version = 1;
    private boolean away;
    private int calls;

    SimRegistry(Simulation simulation, NetworkParameters parameters) {
        this.simulation = simulation;
        this.parameters = parameters;
    }

    void setAway(boolean isAway) {
        away = isAway;
    }

    int calls() {
        return calls;
    }

    long version() {
        return version;
    }

    /** Signs a new version with one parameter changed. */
    void publish(Parameter parameter, Value value) {
        version++;
        parameters =
                parameters.with(parameter, value).with(Parameter.VERSION, Value.of(SimCertificates.version(version)));
        SimNode own = simulation.nodes().get(0);
        Bytes message = Bytes.ofLatin1(own.prefix().bits() + "\0\0");
        own.event(n -> n.onDatagram(
                new Source(Ip6.LOOPBACK, 9201), message, simulation.queue().now()));
    }

    void fetchParameters(SimNode node) {
        if (isAway(node, Call.PARAMETERS)) {
            return;
        }
        node.eventIn(ANSWER, n -> n.onParameters(parameters, simulation.queue().now()));
    }

    void bootstrapPeer(SimNode asker) {
        if (isAway(asker, Call.BOOTSTRAP_PEER)) {
            return;
        }
        SimNode own = simulation.nodes().get(0);
        List<SimNode> known = simulation.nodes().stream()
                .filter(n -> n == own || simulation.routing().hops(own, n) > 0)
                .toList();
        SimNode chosen = known.get(simulation.random().nextInt(known.size()));
        SimNode peer = chosen == asker ? own : chosen;
        boolean answers = peer.isRunning() && peer != asker;
        String addresses = peer.ip() + ",1194,udp";
        asker.eventIn(
                ANSWER,
                n -> n.onBootstrapPeer(
                        answers ? peer.prefix() : null,
                        answers ? addresses : "",
                        simulation.queue().now()));
    }

    private boolean isAway(SimNode node, Call call) {
        calls++;
        if (away) {
            node.eventIn(
                    UNREACHABLE,
                    n -> n.onRegistryFailed(
                            call, "unreachable", simulation.queue().now()));
        }
        return away;
    }
}
