package net.re6st.sim;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import net.re6st.config.NetworkParameters;
import net.re6st.core.port.Identity;
import net.re6st.core.port.RegistryLink;
import net.re6st.core.port.Ticket;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.core.Answer;
import net.re6st.rpc.RegistryApi;
import net.re6st.rpc.RpcSession;
import net.re6st.wire.Protocol;
import org.jspecify.annotations.Nullable;

/** The calls of one node to the registry, one after the other, with the production formats and the ratchet of sessions. */
final class RegistryCalls implements RegistryLink {
    private static final Duration UNREACHABLE = Duration.ofSeconds(3);

    private final SimNode node;
    private final Simulation simulation;
    private final Deque<Request> waiting = new ArrayDeque<>();
    private @Nullable Request current;
    private @Nullable RpcSession session;

    /** A call, and what becomes of its answer: null when there is none. */
    private record Request(RegistryApi method, String target, Consumer<@Nullable Bytes> done) {}

    RegistryCalls(SimNode node, Simulation simulation) {
        this.node = node;
        this.simulation = simulation;
    }

    /** The host died. */
    void forget() {
        waiting.clear();
        current = null;
        session = null;
    }

    @Override
    public void fetchParameters() {
        call(RegistryApi.GET_NETWORK_CONFIG, body -> {
            NetworkParameters parameters = body == null
                    ? null
                    : NetworkParameters.decode(body, simulation.authority()::decrypt)
                            .orElse(null);
            if (parameters == null) {
                fail(Call.PARAMETERS);
                return;
            }
            NetworkParameters shared = simulation.intern(parameters);
            node.eventInEither(
                    Duration.ZERO,
                    "parameters fetched",
                    starting -> starting.onParameters(shared, node.now()),
                    running -> running.onParameters(shared, node.now()));
        });
    }

    @Override
    public void bootstrapPeer() {
        call(RegistryApi.GET_BOOTSTRAP_PEER, body -> {
            if (body != null && body.isEmpty()) {
                node.event("no bootstrap peer", null, n -> n.onBootstrapPeer(null, "", node.now()));
                return;
            }
            String[] words = Optional.ofNullable(body)
                    .flatMap(simulation.authority()::decrypt)
                    .map(text -> new String(text.toArray(), StandardCharsets.UTF_8))
                    .orElse("")
                    .split(" ", 2);
            Optional<Prefix> peer = Prefix.parseBits(words[0]).filter(prefix -> prefix.length() > 0);
            if (words.length < 2 || peer.isEmpty()) {
                fail(Call.BOOTSTRAP_PEER);
                return;
            }
            node.event(
                    "bootstrap peer",
                    simulation.node(peer.get()),
                    n -> n.onBootstrapPeer(peer.get(), words[1], node.now()));
        });
    }

    @Override
    public void country(Ticket ticket, String ip) {
        call(
                RegistryApi.GET_COUNTRY,
                body -> node.event(
                        "country",
                        null,
                        n -> n.onCountry(ticket, body == null || body.isEmpty() ? null : body.toLatin1(), node.now())),
                ip);
    }

    @Override
    public void renewCertificate() {
        call(RegistryApi.RENEW_CERTIFICATE, body -> {
            if (body == null) {
                fail(Call.RENEW_CERTIFICATE);
            } else {
                renewed(simulation.authority().register(body.toLatin1()));
            }
        });
    }

    @Override
    public void renewAuthority() {
        fail(Call.RENEW_AUTHORITY);
    }

    private void renewed(Identity identity) {
        node.eventInEither(
                Duration.ZERO,
                "renewed",
                starting -> starting.onRenewed(identity, node.now()),
                running -> running.onRenewed(identity, node.now()));
    }

    private void fail(Call call) {
        node.eventInEither(
                Duration.ZERO,
                call + " failed",
                starting -> starting.onRegistryFailed(call, "no answer", node.now()),
                running -> running.onRegistryFailed(call, "no answer", node.now()));
    }

    // One call after the other

    private void call(RegistryApi method, Consumer<@Nullable Bytes> done, String... more) {
        String bits = node.prefix().bits();
        String target = more.length == 0 ? method.target(bits) : method.target(bits, more[0]);
        waiting.add(new Request(method, target, done));
        next();
    }

    private void next() {
        if (current == null && !waiting.isEmpty()) {
            Request request = waiting.remove();
            current = request;
            if (session == null) {
                hello(request);
            } else {
                signed(request, true);
            }
        }
    }

    private void finish(Request request, @Nullable Bytes body) {
        current = null;
        request.done().accept(body);
        next();
    }

    private void hello(Request request) {
        String target = RegistryApi.HELLO.target(node.prefix().bits(), Integer.toString(Protocol.VERSION));
        exchange(target, null, answer -> {
            Bytes body = answer == null || answer.status() != Answer.OK ? Bytes.EMPTY : answer.body();
            Optional<Secret> secret = body.isEmpty()
                    ? Optional.empty()
                    : simulation
                            .authority()
                            .decrypt(body.slice(0, body.size() / 2))
                            .flatMap(Secret::of);
            if (secret.isEmpty()) {
                finish(request, null);
            } else {
                session = new RpcSession(secret.get());
                signed(request, false);
            }
        });
    }

    private void signed(Request request, boolean again) {
        RpcSession used = session;
        if (used == null) {
            finish(request, null);
            return;
        }
        session = used.next();
        exchange(request.target(), used.sign(request.target()), answer -> {
            boolean authentic = answer != null
                    && answer.status() < 300
                    && answer.mac()
                            .filter(mac -> used.verifyAnswer(answer.body(), mac))
                            .isPresent();
            if (answer != null && authentic) {
                finish(request, answer.body());
            } else {
                session = null;
                if (again && answer != null) {
                    hello(request);
                } else {
                    finish(request, null);
                }
            }
        });
    }

    /** One HTTP request; null: the registry is not reached. */
    private void exchange(String target, @Nullable Bytes mac, Consumer<@Nullable Answer> done) {
        SimRegistry registry = simulation.registry();
        registry.called(node);
        if (!registry.isReachedFrom(node)) {
            node.later(UNREACHABLE, () -> done.accept(null));
            return;
        }
        SimHost there = simulation.nodes().get(0).host();
        Duration delay = Duration.ofNanos(1000 * Internet.delayMicros(node.host(), there));
        node.later(
                delay.multipliedBy(3),
                () -> registry.serve(
                        target, mac, node.host().ip(), answer -> node.later(delay, () -> done.accept(answer))));
    }
}
