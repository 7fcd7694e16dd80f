package net.re6st.registry.core;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import net.re6st.cli.Failure;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.registry.os.CertificateRows;
import net.re6st.registry.os.Database;
import net.re6st.registry.os.JdkCaKey;
import net.re6st.registry.os.OpenStore;
import net.re6st.registry.os.SqliteFile;
import net.re6st.registry.port.Actor;
import net.re6st.registry.port.CertificateRow;
import net.re6st.registry.port.GeoLocation;
import net.re6st.registry.port.Inquiry;
import net.re6st.registry.port.Mailer;
import net.re6st.registry.port.Overlay;
import net.re6st.testing.Vectors;

/** The real registry on a real database, in a world that the vectors describe. */
final class RecordedRegistry implements AutoCloseable {
    final CertificateAuthority authority;
    final ScriptedRandom random = new ScriptedRandom();
    final List<Mailer.Mail> mails = new ArrayList<>();
    final List<String> sent = new ArrayList<>();
    final Queue<Bytes> received = new ArrayDeque<>();
    final Database database;
    private final JdkCaKey caKey;
    List<Prefix> reachable = List.of();
    private OpenStore store;
    Registry registry;
    RpcDispatch dispatch;

    RecordedRegistry(JsonObject ca, Path file) {
        this(ca, new SqliteFile(file));
    }

    RecordedRegistry(JsonObject ca, Database database) {
        this.authority = CertificateAuthority.ofPem(ca.get("pem").getAsString()).orElseThrow();
        this.caKey =
                new JdkCaKey(RsaPrivateKey.ofPem(ca.get("key").getAsString()).orElseThrow());
        this.database = database;
    }

    JdkCaKey caKey() {
        return caKey;
    }

    OpenStore store() {
        return store;
    }

    void open() throws Failure {
        store = database.openStore(authority.network().maxPrefixLength(), CertificateRows::read);
    }

    void start(RegistrySettings settings, Optional<GeoLocation> geography) {
        Optional<Mailer> mailer = settings.mailsTokens() ? Optional.of(mails::add) : Optional.empty();
        registry = new Registry(
                settings,
                authority,
                new Registry.Ports(store, caKey, new RecordedOverlay(), mailer, geography),
                random);
        dispatch = new RpcDispatch(registry);
    }

    /** Puts another certificate into a node's row. */
    void replaceCertificate(Prefix prefix, String pem) {
        CertificateRow row = CertificateRows.read(pem).orElseThrow();
        store.transaction(tx -> {
            tx.storeCertificate(
                    new CertificateRow(prefix, pem, row.serial(), row.subjectSerial(), row.endUnixSeconds()));
            return row;
        });
    }

    static RegistrySettings settings(JsonObject options, Communities communities, String dhParameters) {
        Set<String> origins = new LinkedHashSet<>();
        if (Vectors.has(options, "authorized_origin")) {
            Vectors.strings(options.get("authorized_origin"))
                    .forEach(address -> origins.add(Origins.canonical(address).orElseThrow()));
        }
        return new RegistrySettings(
                number(options, "prefix_length", 16),
                Vectors.has(options, "anonymous_prefix_length")
                        ? OptionalInt.of(options.get("anonymous_prefix_length").getAsInt())
                        : OptionalInt.empty(),
                Vectors.has(options, "mailhost"),
                communities,
                new Origins(origins, Set.of(), Set.of("registry.example.org")),
                number(options, "grace_period", 8_640_000),
                network(options),
                dhParameters,
                Optional.empty());
    }

    static NetworkOptions network(JsonObject options) {
        Optional<NetworkOptions.Ipv4Block> ipv4 = Optional.empty();
        if (Vectors.has(options, "ipv4")) {
            ipv4 = Optional.of(new NetworkOptions.Ipv4Block(
                    options.getAsJsonArray("ipv4").get(0).getAsString(),
                    options.getAsJsonArray("ipv4").get(1).getAsInt()));
        }
        return new NetworkOptions(
                ipv4,
                Vectors.has(options, "same_country") ? Vectors.strings(options.get("same_country")) : List.of(),
                options.get("client_count").getAsInt(),
                options.get("encrypt").getAsBoolean(),
                options.get("hello").getAsInt(),
                options.get("max_clients").getAsInt(),
                options.get("min_protocol").getAsInt(),
                options.get("tunnel_refresh").getAsInt());
    }

    private static int number(JsonObject options, String name, int otherwise) {
        return Vectors.has(options, name) ? options.get(name).getAsInt() : otherwise;
    }

    static GeoLocation geography(JsonObject places) {
        return address -> Optional.ofNullable(places.get(address))
                .map(place -> new GeoLocation.Place(
                        text(place.getAsJsonArray().get(0)),
                        text(place.getAsJsonArray().get(1))));
    }

    private static Optional<String> text(JsonElement element) {
        return element.isJsonNull() ? Optional.empty() : Optional.of(element.getAsString());
    }

    static Occasion occasion(double wallSeconds) {
        return new Occasion(Actor.origin("127.0.0.1"), at(wallSeconds));
    }

    static Moment at(double unixSeconds) {
        return new Moment(Math.round(unixSeconds * 1e9), Math.round(unixSeconds * 1e6));
    }

    @Override
    public void close() {
        store.close();
    }

    /** Keeps what is sent, answers with what was received. */
    private final class RecordedOverlay implements Overlay {
        @Override
        public void announceVersion(Prefix registryNode) {
            sent.add(InquiryMessages.newVersion(registryNode).toHex());
        }

        @Override
        public void ask(Inquiry inquiry) {
            do {
                for (Optional<Prefix> node = inquiry.next(); node.isPresent(); node = inquiry.next()) {
                    InquiryMessages.questions(inquiry, node.get()).forEach(question -> sent.add(question.toHex()));
                }
                Bytes datagram = received.poll();
                if (datagram == null) {
                    return;
                }
                InquiryMessages.take(inquiry, datagram);
            } while (inquiry.isOpen());
        }

        @Override
        public List<Prefix> reachable() {
            return reachable;
        }

        @Override
        public Map<Prefix, Integer> delaysMillis() {
            return Map.of();
        }
    }

    /** Keys of the nodes of a scenario, by prefix. */
    static Optional<RsaPrivateKey> keyOf(Map<String, JsonObject> nodes, String prefix) {
        return nodes.values().stream()
                .filter(node -> node.get("prefix").getAsString().equals(prefix))
                .findFirst()
                .flatMap(node -> RsaPrivateKey.ofPem(node.get("key").getAsString()));
    }

    static Certificate certificate(JsonObject node, String name) {
        return Certificate.ofPem(node.get(name).getAsString()).orElseThrow();
    }
}
