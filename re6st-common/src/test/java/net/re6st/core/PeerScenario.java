package net.re6st.core;

import static net.re6st.core.RecordedNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.re6st.core.Timers.Timer;
import net.re6st.core.port.ClientId;
import net.re6st.core.port.PeerCertificate;
import net.re6st.core.port.PeerChannel.Source;
import net.re6st.core.port.RoutingView;
import net.re6st.core.port.RoutingView.Neighbour;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.testing.Vectors;
import net.re6st.wire.AddressList;
import net.re6st.wire.PackedInteger;

/** Replays one recorded exchange between nodes, comparing every datagram, every effect and every state. */
final class PeerScenario {
    private static final List<String> STEP_KEYS = List.of(
            "do",
            "node",
            "note",
            "sent",
            "events",
            "state",
            "to_prefix",
            "payload",
            "from_ip",
            "from_port",
            "packet",
            "killing",
            "seconds",
            "skip",
            "served",
            "clients_of",
            "connecting",
            "tunnel_killers",
            "reference_raises",
            "key",
            "cert",
            "cert_fingerprint",
            "serial",
            "version",
            "addresses",
            "next_check");
    private static final List<String> SENT_KEYS = List.of(
            "to_ip",
            "to_port",
            "packet",
            "kind",
            "check",
            "protocol",
            "fingerprint",
            "packed_protocol",
            "encrypted",
            "signature",
            "secret",
            "seqno",
            "payload",
            "hmac");
    private static final AddressList ANYWHERE = AddressList.parse("192.0.2.99,1194,udp");

    private final CertificateAuthority authority;
    private final Map<String, JsonObject> facts = new HashMap<>();
    private final Map<String, RecordedNode> nodes = new HashMap<>();
    private final Map<String, JsonObject> lastState = new HashMap<>();
    private final Map<Integer, Bytes> versions = new HashMap<>();
    private Moment now;

    PeerScenario(JsonObject scenario) {
        authority = CertificateAuthority.ofPem(text(scenario.getAsJsonObject("ca"), "pem"))
                .orElseThrow();
        assertThat(authority.network().bits()).isEqualTo(text(scenario.getAsJsonObject("ca"), "network_bits"));
        RsaPrivateKey key =
                RsaPrivateKey.ofPem(text(scenario.getAsJsonObject("ca"), "key")).orElseThrow();
        assertThat(authority.verify(Bytes.copyOf((byte) 1), key.sign(Bytes.copyOf((byte) 1))))
                .isTrue();
        now = new Moment(1_000_000_000_000L, scenario.get("clock").getAsLong() * 1_000_000);
        scenario.getAsJsonObject("version_blobs").entrySet().forEach(entry -> {
            Bytes version = Bytes.ofHex(entry.getValue().getAsString());
            assertThat(SyncCryptography.isSigned(authority, version)).isTrue();
            assertThat(number(version)).isEqualTo(Long.parseLong(entry.getKey()));
            versions.put(Integer.parseInt(entry.getKey()), version);
        });
        scenario.getAsJsonObject("nodes").entrySet().forEach(entry -> {
            facts.put(entry.getKey(), entry.getValue().getAsJsonObject());
            nodes.put(entry.getKey(), create(entry.getValue().getAsJsonObject()));
        });
        if (scenario.has("protocol") && !scenario.get("protocol").isJsonNull()) {
            assertThat(scenario.getAsJsonObject("nodes")
                            .getAsJsonObject("B")
                            .get("protocol")
                            .getAsLong())
                    .isEqualTo(scenario.get("protocol").getAsLong());
        }
    }

    private RecordedNode create(JsonObject nodeFacts) {
        Bytes version = versions.get(nodeFacts.get("version").getAsInt());
        return new RecordedNode(authority, nodeFacts, version, now);
    }

    void step(JsonObject step) {
        assertThat(Vectors.unknownKeys(step, STEP_KEYS)).isEmpty();
        String does = text(step, "do");
        if (does.equals("wait")) {
            now = now.plus(Duration.ofMillis((long) (step.get("seconds").getAsDouble() * 1000)));
            return;
        }
        RecordedNode recorded = nodes.get(text(step, "node"));
        List<JsonObject> sent = step.has("sent") ? Vectors.objects(step.get("sent")) : List.of();
        sent.stream()
                .filter(s -> s.has("secret"))
                .forEach(s -> recorded.secrets.expect(Bytes.ofHex(text(s, "secret"))));
        recorded.cryptography.now = now;
        Optional<Long> endBefore = recorded.node.sessions().nextEndWallMicros();
        Optional<Duration> fetchBefore = until(recorded);
        switch (does) {
            case "send" -> send(recorded, step);
            case "receive" -> receive(recorded, step);
            case "forget expired peers" -> {
                recorded.node.sessions().forget(now);
                long end = recorded.node.sessions().nextEndWallMicros().orElseThrow() / 1_000_000;
                assertThat(end).isEqualTo(step.get("next_check").getAsLong());
            }
            case "set" -> {
                set(text(step, "node"), step);
                nodes.values().forEach(node -> node.ports.take());
                nodes.values().forEach(node -> node.ports.takeSent());
                return;
            }
            default -> throw new AssertionError("unknown step " + does);
        }
        compareEvents(recorded, step, endBefore, fetchBefore);
        compareSent(recorded, sent);
        compareState(recorded, step);
    }

    private void send(RecordedNode recorded, JsonObject step) {
        Prefix peer = Prefix.ofBits(text(step, "to_prefix"));
        if (step.get("payload").isJsonNull()) {
            recorded.node.sessions().ensure(peer, now);
        } else {
            recorded.node.sessions().send(peer, Bytes.ofHex(text(step, "payload")), now);
        }
    }

    private void receive(RecordedNode recorded, JsonObject step) {
        // An address with a scope never comes from the network inside: what the socket shows of it is link-local.
        Ip6 from = Ip6.parse(text(step, "from_ip").replaceFirst("%.*", "")).orElseThrow();
        Source source = new Source(from, step.get("from_port").getAsInt());
        recorded.node.onDatagram(source, Bytes.ofHex(text(step, "packet")), now);
        recorded.cryptography.deliver(recorded.node);
    }

    // What a step arranges

    private void set(String name, JsonObject step) {
        RecordedNode recorded = nodes.get(name);
        Node node = recorded.node;
        if (step.has("connecting")) {
            Vectors.strings(step.get("connecting")).forEach(p -> node.planner().asked(Prefix.ofBits(p), true));
        }
        if (step.has("served")) {
            Vectors.strings(step.get("served")).forEach(p -> serve(node, prefix(p)));
        }
        if (step.has("clients_of")) {
            Vectors.strings(step.get("clients_of")).forEach(p -> dial(node, prefix(p)));
        }
        if (step.has("tunnel_killers")) {
            step.getAsJsonObject("tunnel_killers")
                    .entrySet()
                    .forEach(e ->
                            remove(node, Prefix.ofBits(e.getKey()), e.getValue().getAsString()));
        }
        if (step.has("skip")) {
            PeerSession session = node.sessions().all().get(0);
            for (int i = 0; i < step.get("skip").getAsInt(); i++) {
                session.wrap(Bytes.EMPTY);
            }
        }
        if (step.has("cert")) {
            JsonObject renewed = facts.get(name).deepCopy();
            step.entrySet().forEach(entry -> renewed.add(entry.getKey(), entry.getValue()));
            nodes.put(name, create(renewed));
            lastState.remove(name);
        }
    }

    private static Prefix prefix(String text) {
        return Prefix.parseCn(text).orElseGet(() -> Prefix.ofBits(text));
    }

    private void serve(Node node, Prefix peer) {
        ClientId id = new ClientId(new Iface("re6stnet-udp"), 0);
        node.tunnels().clientConnected(id, peer, new TunnelTable.Client(BigInteger.TEN, "192.0.2.98"));
    }

    private static void dial(Node node, Prefix peer) {
        assertThat(node.tunnels().isDialled(peer) || node.tunnels().dial(peer, ANYWHERE))
                .isTrue();
    }

    private void remove(Node node, Prefix peer, String state) {
        dial(node, peer);
        OutgoingTunnel tunnel = node.tunnels().dialled(peer).orElseThrow();
        node.tunnels().tunnelUp(tunnel.iface(), peer, BigInteger.TEN);
        node.context().routes =
                new SmallRoutingView(List.of(new Neighbour(peer, tunnel.iface(), 1, Double.NaN, 96)), List.of());
        node.removals().start(peer, now);
        if (state.equals("locked")) {
            node.context().routes = new SmallRoutingView(List.of(), List.of(peer));
            node.removals().removal(peer).orElseThrow().become(TunnelRemoval.State.AGREEING, "as recorded");
        } else {
            assertThat(state).isEqualTo("softLocking");
        }
        assertThat(node.context().routes).isNotEqualTo(RoutingView.empty());
    }

    // Comparing

    private Optional<Duration> until(RecordedNode recorded) {
        return recorded.node.context().timers.until(Timer.FETCH_PARAMETERS, now);
    }

    private void compareEvents(
            RecordedNode recorded, JsonObject step, Optional<Long> endBefore, Optional<Duration> fetchBefore) {
        JsonArray events = new JsonArray();
        for (String call : recorded.ports.take()) {
            String[] words = call.split(" ", 4);
            switch (words[0]) {
                case "store.putPeer" -> events.add(event("address recorded", cn(words[1]), call.split(" ", 3)[2]));
                case "tunnels.dial" -> {
                    Prefix peer = Prefix.parseCn(call.substring(call.lastIndexOf(' ') + 1))
                            .orElseThrow();
                    String list =
                            recorded.node.cache().addresses(peer).orElseThrow().text();
                    assertThat(list).startsWith(words[2]);
                    events.add(event("connect to peer", peer, list));
                }
                // The original closes at once; ours retracts first, and closes a little later (replace-tunnel.txt).
                case "routing.retract" -> events.add(event("tunnel closed", removedPeer(recorded), null));
                case "channel.send", "channel.reply", "host.dialled" -> {}
                default -> throw new AssertionError("unexpected " + call);
            }
        }
        Optional<Long> end = recorded.node.sessions().nextEndWallMicros();
        if (end.isPresent()
                && !text(step, "do").startsWith("forget")
                && endBefore.map(b -> end.get() < b).orElse(true)) {
            events.add(timer((end.get() - now.wallMicros()) / 1_000_000, "forget expired peers"));
        }
        if (until(recorded).isPresent() && !until(recorded).equals(fetchBefore)) {
            events.add(timer(until(recorded).get().toSeconds(), "fetch network parameters"));
        }
        assertThat(events).isEqualTo(step.has("events") ? step.get("events") : new JsonArray());
    }

    private static Prefix removedPeer(RecordedNode recorded) {
        return recorded.node.removals().peers().first();
    }

    private static Prefix cn(String text) {
        return Prefix.parseCn(text).orElseThrow();
    }

    private static JsonObject event(String what, Prefix peer, @org.jspecify.annotations.Nullable String address) {
        JsonObject event = new JsonObject();
        event.addProperty("event", what);
        event.addProperty("prefix", peer.bits());
        if (address != null) {
            event.addProperty("address", address);
        }
        return event;
    }

    private static JsonObject timer(long seconds, String action) {
        JsonObject event = new JsonObject();
        event.addProperty("event", "timer set");
        event.addProperty("in_seconds", seconds);
        event.addProperty("action", action);
        return event;
    }

    private void compareSent(RecordedNode recorded, List<JsonObject> expected) {
        List<RecordedPorts.Sent> sent = recorded.ports.takeSent();
        assertThat(sent).hasSameSizeAs(expected);
        for (int i = 0; i < sent.size(); i++) {
            JsonObject one = expected.get(i);
            assertThat(Vectors.unknownKeys(one, SENT_KEYS)).isEmpty();
            assertThat(sent.get(i).address()).hasToString(text(one, "to_ip"));
            assertThat(sent.get(i).port()).isEqualTo(one.get("to_port").getAsInt());
            Bytes packet = Bytes.ofHex(text(one, "packet"));
            switch (text(one, "kind")) {
                case "hello" -> compareHello(recorded, sent.get(i).datagram(), one, packet);
                case "session" -> compareSession(one, packet);
                case "hello0 with fingerprint" -> compareRecognition(recorded, one, packet);
                case "hello0 without fingerprint", "local answer" ->
                    assertThat(text(one, "check")).isEqualTo("exact");
                default -> throw new AssertionError("unknown kind of packet");
            }
            if (!text(one, "kind").equals("hello")) {
                assertThat(sent.get(i).datagram().toHex()).isEqualTo(packet.toHex());
            }
        }
    }

    private void compareRecognition(RecordedNode recorded, JsonObject one, Bytes packet) {
        assertThat(text(one, "check")).isEqualTo("exact");
        assertThat(one.get("protocol").getAsLong())
                .isEqualTo(PackedInteger.decode(packet, 4).orElseThrow().value());
        int start = 4 + PackedInteger.decode(packet, 4).orElseThrow().size();
        assertThat(text(one, "fingerprint"))
                .isEqualTo(packet.slice(start, start + 20).toHex());
        assertThat(packet.from(start + 20))
                .isEqualTo(recorded.credentials.certificate().der());
    }

    private void compareSession(JsonObject one, Bytes packet) {
        assertThat(text(one, "check")).isEqualTo("exact given the session secret");
        assertThat(one.get("seqno").getAsLong())
                .isEqualTo(Integer.toUnsignedLong(packet.toBuffer().getInt()));
        assertThat(text(one, "payload"))
                .isEqualTo(packet.slice(4, packet.size() - 20).toHex());
        assertThat(text(one, "hmac")).isEqualTo(packet.from(packet.size() - 20).toHex());
    }

    /** Encryption is random, so the form is compared; the secret inside is that of the recording. */
    private void compareHello(RecordedNode recorded, Bytes ours, JsonObject one, Bytes packet) {
        assertThat(text(one, "check")).isEqualTo("decrypt+verify");
        Bytes sealed = Bytes.ofHex(text(one, "encrypted"));
        Bytes signature = Bytes.ofHex(text(one, "signature"));
        Bytes start = Bytes.ofHex("00000002" + text(one, "packed_protocol"));
        assertThat(packet.toHex()).isEqualTo(start.plus(sealed).plus(signature).toHex());
        assertThat(ours.size()).isEqualTo(packet.size());
        assertThat(ours.slice(0, start.size())).isEqualTo(start);
        Bytes ourSealed = ours.slice(start.size(), start.size() + sealed.size());
        Bytes ourSignature = ours.from(start.size() + sealed.size());
        Certificate sender = recorded.credentials.certificate();
        RecordedNode receiver = nodes.values().stream()
                .filter(n -> n.node.context()
                        .subnet()
                        .contains(Ip6.parse(text(one, "to_ip")).orElseThrow()))
                .findFirst()
                .orElseThrow();
        for (Bytes[] pair : new Bytes[][] {{sealed, signature}, {ourSealed, ourSignature}}) {
            assertThat(sender.verify(pair[0], pair[1])).isTrue();
            assertThat(receiver.credentials.decrypt(pair[0]).orElseThrow().toHex())
                    .isEqualTo(text(one, "secret"));
        }
    }

    private void compareState(RecordedNode recorded, JsonObject step) {
        String name = text(step, "node");
        if (step.has("state")) {
            lastState.put(name, step.getAsJsonObject("state"));
        }
        if (lastState.containsKey(name)) {
            assertThat(state(recorded)).isEqualTo(lastState.get(name));
        }
        List<String> killing = step.has("killing") ? Vectors.strings(step.get("killing")) : List.of();
        assertThat(recorded.node.removals().peers()).extracting(Prefix::bits).containsExactlyElementsOf(killing);
    }

    private JsonObject state(RecordedNode recorded) {
        Node node = recorded.node;
        List<JsonObject> peers = new ArrayList<>();
        node.sessions().all().forEach(peer -> peers.add(state(peer)));
        JsonObject self = new JsonObject();
        self.addProperty("prefix", node.context().self().bits());
        self.addProperty("self", true);
        peers.add(self);
        peers.sort(java.util.Comparator.comparing(peer -> text(peer, "prefix")));
        JsonArray list = new JsonArray();
        peers.forEach(list::add);
        JsonObject state = new JsonObject();
        state.addProperty("version", number(node.follower().version()));
        state.add("peers", list);
        return state;
    }

    private JsonObject state(PeerSession peer) {
        JsonObject state = new JsonObject();
        state.addProperty("prefix", peer.prefix().bits());
        state.addProperty("connected", peer.isConnected(now));
        Optional<PeerCertificate> certificate = peer.certificate();
        certificate.ifPresent(c -> state.addProperty("serial", c.serial().toString()));
        certificate.ifPresent(c -> state.addProperty("stop_date", c.endWallMicros() / 1_000_000));
        peer.secret().map(Secret::bytes).map(Bytes::toHex).ifPresent(secret -> {
            state.addProperty("secret", secret);
            state.addProperty("last_received", peer.lastReceived());
            state.addProperty("last_sent", peer.lastSent());
            state.addProperty("protocol", Math.max(0, peer.protocol()));
        });
        peer.version().ifPresent(version -> state.addProperty("version", number(version)));
        return state;
    }

    private static long number(Bytes version) {
        return PackedInteger.decode(version, 0).orElseThrow().value();
    }

    /** Every scenario of {@code file}, step by step. */
    static void replay(String file) {
        Vectors.forEach(Vectors.json(file), "scenarios", scenario -> {
            PeerScenario replayed = new PeerScenario(scenario);
            int i = 0;
            for (JsonElement step : scenario.getAsJsonArray("steps")) {
                try {
                    replayed.step(step.getAsJsonObject());
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError(text(scenario, "title") + ", step " + i + ": " + e.getMessage(), e);
                }
                i++;
            }
        });
    }
}
