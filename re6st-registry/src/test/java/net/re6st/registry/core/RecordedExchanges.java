package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.re6st.babel.BabelDump;
import net.re6st.babel.BabelPacket;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateRequest;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.registry.os.Database;
import net.re6st.rpc.RpcSession;
import net.re6st.testing.Vectors;

/**
 * Replays one scenario: the registry gets the recorded requests at the recorded times, and its random choices are the
 * recorded ones, so that nearly everything it answers must be equal, byte for byte. Where we differ on purpose,
 * {@link Deviations} says what is expected, and the database is brought to the recorded state afterwards.
 */
final class RecordedExchanges implements AutoCloseable {
    private static final List<String> SCENARIO_KEYS =
            List.of("title", "ca", "options", "initial_db", "nodes", "exchanges", "dh_file", "geoip", "routing_dump");
    private static final List<String> EXCHANGE_KEYS = List.of(
            "note",
            "time",
            "request",
            "response",
            "check",
            "udp",
            "db_after",
            "certificate",
            "new_node",
            "hello",
            "session",
            "json",
            "babel_hmac",
            "decrypted",
            "mail",
            "status_expected",
            "same_certificate",
            "do",
            "node",
            "prefix",
            "pem",
            "info",
            "peers");
    private static final int DUMP_TYPE = BabelPacket.DUMP;

    private final RecordedRegistry world;
    private final RecordedDatabase database;
    private final Map<String, JsonObject> nodes = new HashMap<>();
    private final Map<String, String> issuedTo = new HashMap<>();
    private final Map<String, List<String>> certificates = new HashMap<>();
    private final Deviations deviations;
    private JsonObject state;
    private List<Prefix> nextPeers = List.of();

    RecordedExchanges(JsonObject scenario, Database place) throws Exception {
        assertThat(Vectors.unknownKeys(scenario, SCENARIO_KEYS)).isEmpty();
        JsonObject ca = scenario.getAsJsonObject("ca");
        world = new RecordedRegistry(ca, place);
        assertThat(world.authority.network().bits())
                .isEqualTo(ca.get("network_bits").getAsString());
        world.open();
        database = new RecordedDatabase(place);
        database.fill(scenario.getAsJsonObject("initial_db"));
        state = database.content();
        assertThat(state).isEqualTo(scenario.getAsJsonObject("initial_db"));
        scenario.getAsJsonObject("nodes")
                .entrySet()
                .forEach(e -> nodes.put(e.getKey(), e.getValue().getAsJsonObject()));
        nodes.values().forEach(this::checkNode);
        JsonObject options = scenario.getAsJsonObject("options");
        int max = world.authority.network().maxPrefixLength();
        Communities communities = Vectors.has(options, "community")
                ? Communities.read(Vectors.strings(options.get("community")), max)
                        .communities()
                        .orElseThrow()
                : Communities.NONE;
        String dh = dhParameters(scenario);
        if (Vectors.has(scenario, "routing_dump")) {
            Bytes body = Bytes.ofHex(scenario.get("routing_dump").getAsString());
            BabelDump dump = BabelDump.of(new BabelPacket(DUMP_TYPE, body)).orElseThrow();
            world.reachable = List.copyOf(dump.reachable(world.authority.network()));
        }
        world.start(
                RecordedRegistry.settings(options, communities, dh),
                Vectors.has(scenario, "geoip")
                        ? Optional.of(RecordedRegistry.geography(scenario.getAsJsonObject("geoip")))
                        : Optional.empty());
        world.registry.start(RecordedRegistry.at(0));
        assertThat(database.content()).isEqualTo(state);
        deviations = new Deviations(issuedTo);
    }

    /** The scenario's file, or what it was according to the first answer. */
    private static String dhParameters(JsonObject scenario) {
        if (Vectors.has(scenario, "dh_file")) {
            return scenario.get("dh_file").getAsString();
        }
        return Vectors.objects(scenario.get("exchanges")).stream()
                .filter(exchange -> exchange.has("session") && target(exchange).startsWith("/getDh?"))
                .map(exchange -> new RecordedResponse(exchange).body().toLatin1())
                .findFirst()
                .orElse("");
    }

    private void checkNode(JsonObject node) {
        Certificate certificate = RecordedRegistry.certificate(node, "cert");
        assertThat(certificate.prefix().orElseThrow().bits())
                .isEqualTo(node.get("prefix").getAsString());
        assertThat(RsaPrivateKey.ofPem(node.get("key").getAsString())
                        .orElseThrow()
                        .publicKey())
                .isEqualTo(certificate.publicKey());
        assertThat(certificate.pem()).isEqualTo(node.get("cert").getAsString());
    }

    void replay(JsonObject exchange) {
        assertThat(Vectors.unknownKeys(exchange, EXCHANGE_KEYS)).isEmpty();
        if (exchange.has("do")) {
            act(exchange);
            return;
        }
        JsonObject before = state;
        script(exchange);
        Answer answer = world.dispatch.answer(deviations.request(exchange), time(exchange));
        RecordedResponse recorded = new RecordedResponse(exchange);
        recorded.check();
        int expected = deviations.status(exchange, recorded.status());
        assertThat(answer.status()).as("%s", answer.reason()).isEqualTo(expected);
        if (exchange.has("status_expected") && !exchange.get("status_expected").isJsonNull()) {
            assertThat(recorded.status())
                    .isEqualTo(exchange.get("status_expected").getAsInt());
        }
        if (deviations.isRepeatedToken(exchange, recorded.status())) {
            assertThat(answer.body().toLatin1()).isEqualTo(deviations.earlierCertificate(exchange));
        } else if (recorded.status() == expected && expected < 300) {
            compareBody(exchange, recorded, answer);
        }
        compareSession(exchange, recorded, answer);
        compareDatagrams(exchange);
        compareMail(exchange);
        compareDatabase(exchange, recorded, before);
        learn(exchange, recorded);
    }

    private void remember(String node, String pem) {
        certificates.computeIfAbsent(node, name -> new ArrayList<>()).add(pem);
    }

    /** The certificates of the scenario's nodes are among those they had. */
    void checkCertificates() {
        certificates.forEach((name, pems) ->
                assertThat(pems).contains(nodes.get(name).get("cert").getAsString()));
    }

    private static Moment time(JsonObject exchange) {
        double seconds = exchange.get("time").getAsLong();
        if (Vectors.has(exchange, "db_after") && target(exchange).startsWith("/updateHMAC")) {
            for (JsonArray row :
                    Vectors.rows(exchange.getAsJsonObject("db_after").get("config"))) {
                if (row.get(0).getAsString().equals("valid_until")) {
                    seconds = row.get(1).getAsJsonObject().get("value").getAsDouble() - 3600;
                }
            }
        } else if (Vectors.has(exchange, "certificate")
                && !(exchange.has("same_certificate")
                        && exchange.get("same_certificate").getAsBoolean())) {
            long notBefore =
                    exchange.getAsJsonObject("certificate").get("not_before").getAsLong();
            // A certificate that is given again was made before.
            seconds = Math.abs(notBefore - seconds) <= 3 ? notBefore : seconds;
        }
        assertThat(Math.abs(seconds - exchange.get("time").getAsLong())).isLessThan(3);
        return RecordedRegistry.at(seconds);
    }

    private static String target(JsonObject exchange) {
        return exchange.getAsJsonObject("request").get("target").getAsString();
    }

    /** Something that happened beside the requests. */
    private void act(JsonObject exchange) {
        if (exchange.has("peers")) {
            assertThat(exchange.get("do").getAsString()).isEqualTo("next peers to return");
            nextPeers = Vectors.strings(exchange.get("peers")).stream()
                    .map(Prefix::ofBits)
                    .toList();
            return;
        }
        if (exchange.get("do").getAsString().equals("delete babel_hmac* rows")) {
            database.execute("DELETE FROM config WHERE name LIKE 'babel_hmac%'");
            state = database.content();
            return;
        }
        assertThat(exchange.get("do").getAsString()).startsWith("the certificate of this node is replaced");
        String pem = exchange.get("pem").getAsString();
        String prefix = exchange.get("prefix").getAsString();
        assertThat(nodes.get(exchange.get("node").getAsString()).get("prefix").getAsString())
                .isEqualTo(prefix);
        RecordedCertificate.check(Certificate.ofPem(pem).orElseThrow(), exchange.getAsJsonObject("info"));
        remember(exchange.get("node").getAsString(), pem);
        world.replaceCertificate(Prefix.ofBits(prefix), pem);
    }

    /** Makes the registry's random choices the recorded ones, and the node answer as it did. */
    private void script(JsonObject exchange) {
        world.sent.clear();
        world.received.clear();
        world.mails.clear();
        if (exchange.has("udp")) {
            for (JsonObject datagram : Vectors.objects(exchange.get("udp"))) {
                if (datagram.get("from").getAsString().equals("node")) {
                    world.received.add(Bytes.ofHex(datagram.get("hex").getAsString()));
                }
            }
        }
        if (exchange.has("hello")) {
            world.random.nextBytesAre(
                    Bytes.ofHex(exchange.getAsJsonObject("hello").get("secret").getAsString())
                            .toArray());
        }
        if (exchange.has("mail")) {
            world.random.nextLettersAre(
                    exchange.getAsJsonObject("mail").get("token").getAsString());
        }
        if (target(exchange).startsWith("/updateHMAC") && Vectors.has(exchange, "db_after")) {
            newKey(exchange).ifPresent(key -> world.random.nextBytesAre(key.toArray()));
        }
        if (target(exchange).startsWith("/getBootstrapPeer") && exchange.has("udp")) {
            scriptPeers(exchange);
        }
    }

    /** The peers that were to be returned; when they are used up, the one that was asked. */
    private void scriptPeers(JsonObject exchange) {
        if (nextPeers.isEmpty() && !world.registry.bootstrapPeers().hasCandidates()) {
            Bytes asked = Bytes.ofHex(
                    Vectors.objects(exchange.get("udp")).get(0).get("hex").getAsString());
            nextPeers = List.of(Prefix.ofBits(asked.slice(0, asked.indexOf(0)).toLatin1()));
            assertThat(world.reachable)
                    .containsAll(nextPeers.stream()
                            .filter(peer -> !peer.isAllZeros())
                            .toList());
        }
        if (!nextPeers.isEmpty()) {
            world.registry.bootstrapPeers().list(nextPeers, time(exchange));
            nextPeers = List.of();
        }
    }

    /** The key in slot 1 that was not there before. */
    private Optional<Bytes> newKey(JsonObject exchange) {
        Optional<Bytes> before = key(state, "babel_hmac1");
        return key(exchange.getAsJsonObject("db_after"), "babel_hmac1").filter(key -> before.isEmpty());
    }

    private static Optional<Bytes> key(JsonObject tables, String name) {
        return Vectors.rows(tables.get("config")).stream()
                .filter(row -> row.get(0).getAsString().equals(name))
                .map(row -> Bytes.ofHex(row.get(1).getAsJsonObject().get("hex").getAsString()))
                .findFirst();
    }

    private void compareBody(JsonObject exchange, RecordedResponse recorded, Answer answer) {
        if (exchange.has("hello")) {
            compareHello(exchange.getAsJsonObject("hello"), recorded.body(), answer.body());
        } else if (exchange.has("json") && target(exchange).startsWith("/getNetworkConfig")) {
            RecordedParameters.compare(exchange, recorded.body(), answer.body(), nodeKey(exchange), state);
        } else if (exchange.has("json")) {
            JsonElement expected = unordered(exchange.get("json"));
            assertThat(unordered(JsonParser.parseString(recorded.body().toLatin1())))
                    .isEqualTo(expected);
            assertThat(unordered(JsonParser.parseString(answer.body().toLatin1())))
                    .isEqualTo(expected);
        } else if (exchange.has("decrypted")) {
            Bytes expected =
                    Bytes.copyOf(exchange.get("decrypted").getAsString().getBytes(StandardCharsets.UTF_8));
            assertThat(nodeKey(exchange).decrypt(recorded.body())).contains(expected);
            assertThat(nodeKey(exchange).decrypt(answer.body())).contains(expected);
        } else if (isCertificate(exchange)) {
            compareCertificate(exchange.getAsJsonObject("certificate"), recorded.body(), answer.body());
        } else if (!target(exchange).startsWith("/hello")) {
            assertThat(answer.body().toHex()).isEqualTo(recorded.body().toHex());
        }
        if (exchange.has("new_node")) {
            remember(exchange.get("new_node").getAsString(), recorded.body().toLatin1());
        }
    }

    private static boolean isCertificate(JsonObject exchange) {
        return exchange.has("certificate") && !exchange.get("certificate").isJsonNull();
    }

    /** Equal byte for byte, unless the original copied an unusual encoding of the end from the certificate before. */
    private static void compareCertificate(JsonObject facts, Bytes recorded, Bytes ours) {
        Certificate theirs = Certificate.ofPem(recorded.toLatin1()).orElseThrow();
        RecordedCertificate.check(theirs, facts);
        assertThat(theirs.pem()).isEqualTo(recorded.toLatin1());
        if (RecordedCertificate.hasUsualDates(theirs)) {
            assertThat(ours.toHex()).isEqualTo(recorded.toHex());
        } else {
            RecordedCertificate.checkFields(Certificate.ofPem(ours.toLatin1()).orElseThrow(), facts);
        }
    }

    /** JSON with the texts of arrays sorted. */
    private static JsonElement unordered(JsonElement element) {
        JsonObject sorted = new JsonObject();
        for (Map.Entry<String, JsonElement> member : element.getAsJsonObject().entrySet()) {
            JsonElement value = member.getValue();
            if (value.isJsonArray()) {
                JsonArray list = new JsonArray();
                Vectors.strings(value).stream().sorted().forEach(list::add);
                value = list;
            }
            sorted.add(member.getKey(), value);
        }
        return sorted;
    }

    private RsaPrivateKey nodeKey(JsonObject exchange) {
        String prefix = exchange.getAsJsonObject("session").get("prefix").getAsString();
        return RecordedRegistry.keyOf(nodes, prefix).orElseThrow();
    }

    private void compareHello(JsonObject hello, Bytes recorded, Bytes ours) {
        RsaPrivateKey key = RsaPrivateKey.ofPem(
                        nodes.get(hello.get("node").getAsString()).get("key").getAsString())
                .orElseThrow();
        assertThat(recorded.toHex())
                .isEqualTo(hello.get("encrypted").getAsString()
                        + hello.get("signature").getAsString());
        for (Bytes body : List.of(recorded, ours)) {
            Bytes sealed = body.slice(0, body.size() / 2);
            assertThat(key.decrypt(sealed))
                    .contains(Bytes.ofHex(hello.get("secret").getAsString()));
            assertThat(world.authority.verify(sealed, body.from(body.size() / 2)))
                    .isTrue();
        }
    }

    private static void compareSession(JsonObject exchange, RecordedResponse recorded, Answer answer) {
        if (!exchange.has("session")) {
            if (recorded.status() == Answer.SERVER_ERROR && answer.mac().isPresent()) {
                // A key "accept anything", which the original can't send.
                assertThat(RecordedParameters.inflate(answer.body())).contains("\"babel_hmac_accept\": \"\"");
            } else {
                assertThat(answer.mac()).isEmpty();
            }
            return;
        }
        JsonObject session = exchange.getAsJsonObject("session");
        Secret secret =
                Secret.of(Bytes.ofHex(session.get("secret").getAsString())).orElseThrow();
        RpcSession chain = new RpcSession(secret);
        assertThat(secret.next().bytes().toHex())
                .isEqualTo(session.get("response_key").getAsString());
        assertThat(chain.next().secret().bytes().toHex())
                .isEqualTo(session.get("next_secret").getAsString());
        assertThat(recorded.mac()).contains(RpcSession.headerValue(chain.signAnswer(recorded.body())));
        assertThat(answer.mac()).contains(chain.signAnswer(answer.body()));
        String signed = target(exchange);
        assertThat(RecordedResponse.requestHeader(exchange, RpcSession.HEADER))
                .contains(RpcSession.headerValue(chain.sign(signed)));
        assertThat(signed).contains("cn=" + session.get("prefix").getAsString());
    }

    private void compareDatagrams(JsonObject exchange) {
        List<String> recorded = new ArrayList<>();
        if (exchange.has("udp")) {
            for (JsonObject datagram : Vectors.objects(exchange.get("udp"))) {
                if (datagram.get("from").getAsString().equals("registry")) {
                    recorded.add(datagram.get("hex").getAsString());
                } else {
                    assertThat(datagram.get("from").getAsString()).isEqualTo("node");
                }
            }
        }
        assertThat(world.sent).containsExactlyInAnyOrderElementsOf(recorded);
        assertThat(world.received).isEmpty();
    }

    private void compareMail(JsonObject exchange) {
        if (!exchange.has("mail")) {
            assertThat(world.mails).isEmpty();
            return;
        }
        JsonObject mail = exchange.getAsJsonObject("mail");
        String token = mail.get("token").getAsString();
        assertThat(mail.get("text").getAsString())
                .isEqualTo("Hello, your token to join re6st network is: " + token + "\n\n");
        assertThat(world.mails).hasSize(1);
        assertThat(world.mails.get(0).from()).isEqualTo(mail.get("from").getAsString());
        assertThat(world.mails.get(0).to()).isEqualTo(mail.get("to").getAsString());
        assertThat(world.mails.get(0).subject()).isEqualTo(mail.get("subject").getAsString());
        assertThat(world.mails.get(0).text().lines()).contains(token);
    }

    private void compareDatabase(JsonObject exchange, RecordedResponse recorded, JsonObject before) {
        JsonObject ours = database.content();
        if (!Vectors.has(exchange, "db_after")) {
            state = ours;
            return;
        }
        JsonObject expected = exchange.getAsJsonObject("db_after");
        if (deviations.losesToken(exchange, recorded.status())) {
            // The original forgot the token, ours is as before.
            RecordedDatabase.assertSame(ours, before);
            deviations.forgetToken(exchange, database);
            ours = database.content();
        }
        RecordedDatabase.assertSame(ours, expected);
        state = ours;
    }

    private void learn(JsonObject exchange, RecordedResponse recorded) {
        if (!target(exchange).startsWith("/requestCertificate") || recorded.status() != Answer.OK) {
            return;
        }
        Map<String, String> arguments = Deviations.arguments(exchange);
        String token = arguments.getOrDefault("token", "");
        if (!token.isEmpty()) {
            CertificateRequest request =
                    CertificateRequest.ofPem(arguments.get("req")).orElseThrow();
            issuedTo.put(token + Deviations.key(request), recorded.body().toLatin1());
        }
    }

    @Override
    public void close() throws Exception {
        database.close();
        world.close();
    }
}
