package net.re6st.sim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.re6st.cli.Failure;
import net.re6st.core.port.Identity;
import net.re6st.core.port.PeerChannel.Source;
import net.re6st.net.Bytes;
import net.re6st.net.Ip6;
import net.re6st.registry.core.Answer;
import net.re6st.registry.core.Caller;
import net.re6st.registry.core.Communities;
import net.re6st.registry.core.NetworkOptions;
import net.re6st.registry.core.Origins;
import net.re6st.registry.core.Registry;
import net.re6st.registry.core.RegistrySettings;
import net.re6st.registry.core.RpcDispatch;
import net.re6st.registry.core.RpcRequest;
import net.re6st.registry.os.CertificateRows;
import net.re6st.registry.os.SqliteRegistryStore;
import net.re6st.registry.port.GeoLocation;
import net.re6st.rpc.RegistryApi;
import net.re6st.rpc.RpcSession;
import org.jspecify.annotations.Nullable;

/** The registry: the production core on a database of its own, answering the calls of nodes while it is there. */
final class SimRegistry implements AutoCloseable {
    static final int PREFIX_BITS = 16;
    private static final String OWN_ADDRESS = "::1";
    private static final Duration WORK = Duration.ofMillis(1);

    private final Simulation simulation;
    private final SecureRandom secure;
    private final Path folder;
    private final SqliteRegistryStore store;
    private final WaitingCalls waiting;
    private NetworkOptions options;
    private RpcDispatch dispatch;
    private boolean away;
    private long calls;
    private long version = 1;

    SimRegistry(Simulation simulation, NetworkOptions options, SecureRandom secure) {
        this.simulation = simulation;
        this.options = options;
        this.secure = secure;
        this.waiting = new WaitingCalls(simulation);
        try {
            // The database costs a disk nothing: nobody needs it afterwards.
            Path memory = Path.of("/dev/shm");
            folder = Files.isWritable(memory)
                    ? Files.createTempDirectory(memory, "re6st-sim")
                    : Files.createTempDirectory("re6st-sim");
            store = SqliteRegistryStore.open(
                    folder.resolve("registry.db"), Simulation.NETWORK.maxPrefixLength(), CertificateRows::read);
        } catch (IOException | Failure e) {
            throw new IllegalStateException("no database for the registry: " + e.getMessage(), e);
        }
        dispatch = build();
    }

    private RpcDispatch build() {
        Registry registry = new Registry(
                settings(),
                simulation.authority().authority(),
                new Registry.Ports(store, simulation.authority(), waiting, Optional.empty(), Optional.of(this::locate)),
                secure);
        registry.start(simulation.queue().now());
        return new RpcDispatch(registry);
    }

    private RegistrySettings settings() {
        return new RegistrySettings(
                0,
                OptionalInt.of(PREFIX_BITS),
                false,
                Communities.NONE,
                new Origins(Set.of(OWN_ADDRESS), Set.of(), Set.of()),
                Duration.ofDays(30).toSeconds(),
                options,
                "",
                Optional.empty());
    }

    private Optional<GeoLocation.Place> locate(String address) {
        return simulation
                .internet()
                .at(address)
                .map(host -> new GeoLocation.Place(Optional.of(host.country()), Optional.empty()));
    }

    /** Gives a new node its certificate, before the simulation begins. */
    Identity enrol(SimHost host) {
        String target = RegistryApi.REQUEST_CERTIFICATE.target(
                "", simulation.authority().request().pem());
        Answer answer = dispatch.answer(
                request(target, null, host.ip()), simulation.queue().now());
        if (answer.status() != Answer.OK) {
            throw new IllegalStateException("no certificate: " + answer.reason().orElse(""));
        }
        return simulation.authority().register(answer.body().toLatin1());
    }

    private static RpcRequest request(String target, @Nullable Bytes mac, String from) {
        return new RpcRequest("GET", target, Optional.ofNullable(mac).map(RpcSession::headerValue), Caller.at(from));
    }

    // Nodes

    /** A node tries to call. */
    void called(SimNode node) {
        calls++;
        simulation.counters().registryCall(node);
    }

    boolean isReachedFrom(SimNode node) {
        return !away
                && !simulation
                        .internet()
                        .isCut(node.host(), simulation.nodes().get(0).host());
    }

    /** Answers a request, now or when a node answered. */
    void serve(String target, @Nullable Bytes mac, String from, Consumer<Answer> done) {
        RpcRequest request = request(target, mac, from);
        RpcDispatch serving = dispatch;
        if (RpcDispatch.mayWait(target)) {
            waiting.run(() -> serving.answer(request, simulation.queue().now()), done);
        } else {
            Answer answer = serving.answer(request, simulation.queue().now());
            simulation.queue().post(WORK, () -> done.accept(answer));
        }
    }

    /** The registry's node answered one of its questions. */
    void onAnswer(int port, Bytes datagram) {
        waiting.onAnswer(port, datagram);
    }

    // The administrator

    void setAway(boolean isAway) {
        away = isAway;
    }

    /** Starts again with other options: what differs is published. */
    void publish(NetworkOptions changed) {
        options = changed;
        version++;
        dispatch = build();
    }

    NetworkOptions options() {
        return options;
    }

    void revoke(SimNode node) {
        String target = RegistryApi.REVOKE.target(node.prefix().cn());
        Answer answer = dispatch.answer(
                request(target, null, OWN_ADDRESS), simulation.queue().now());
        if (answer.status() >= Answer.BAD_REQUEST) {
            throw new IllegalStateException("not revoked: " + answer.reason().orElse(""));
        }
        version++;
    }

    long callCount() {
        return calls;
    }

    /** The newest version of the parameters. */
    long version() {
        return version;
    }

    /** A datagram for the registry's node, from its own host. */
    static void tell(Simulation simulation, int port, Bytes datagram) {
        SimNode own = simulation.nodes().get(0);
        own.eventIn(
                Duration.ofNanos(100_000),
                "registry",
                null,
                n -> n.onDatagram(new Source(Ip6.LOOPBACK, port), datagram, own.now()));
    }

    @Override
    public void close() {
        waiting.close();
        store.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot remove " + folder + ": " + e.getMessage(), e);
        }
    }
}
