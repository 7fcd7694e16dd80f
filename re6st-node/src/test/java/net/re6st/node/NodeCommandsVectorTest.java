package net.re6st.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.re6st.cli.Failure;
import net.re6st.cli.Program;
import net.re6st.cli.UsageError;
import net.re6st.config.NetworkParameters;
import net.re6st.config.Value;
import net.re6st.core.NodeSettings.Family;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Bytes;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.net.Subnet;
import net.re6st.net.Transport;
import net.re6st.net.TunnelAddress;
import net.re6st.node.os.BabeldMeaning;
import net.re6st.node.os.LinuxNetwork;
import net.re6st.node.os.LinuxNetwork.Change;
import net.re6st.node.os.NodeMeanings;
import net.re6st.node.os.OpenVpnMeaning;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.Test;

/** Replays node_commands.json: what a whole node does to its host means the same here. */
class NodeCommandsVectorTest {
    private static final JsonObject FILE = Vectors.json("node_commands.json");
    private static final Bytes OWN_KEY = Bytes.ofHex("00112233445566778899aabbccddeeff");
    private static final Program<NodeOptions> PROGRAM = Program.withOptionFiles("re6stnet", NodeOptions::new);
    private static final int STANDARD_CLIENT_COUNT = 10;
    private static final int STANDARD_MAX_CLIENTS = 20;

    @Test
    void hasNoSectionThatIsNotReplayed() {
        assertThat(FILE.keySet()).containsExactlyInAnyOrder("about", "ca", "node_key", "cases");
        assertThat(FILE.getAsJsonObject("ca").keySet()).containsExactlyInAnyOrder("pem", "key", "network_bits");
    }

    @Test
    void readsTheCertificates() {
        JsonObject ca = FILE.getAsJsonObject("ca");
        CertificateAuthority authority =
                CertificateAuthority.ofPem(ca.get("pem").getAsString()).orElseThrow();
        assertThat(authority.network()).isEqualTo(network());
        RsaPrivateKey key = RsaPrivateKey.ofPem(ca.get("key").getAsString()).orElseThrow();
        assertThat(authority.certificate().publicKey()).isEqualTo(key.publicKey());
        Bytes text = Bytes.ofLatin1("text");
        assertThat(authority.verify(text, key.sign(text))).isTrue();
        RsaPrivateKey node =
                RsaPrivateKey.ofPem(FILE.get("node_key").getAsString()).orElseThrow();
        assertThat(net.re6st.crypto.Rsa.verify(node.publicKey(), text, node.sign(text)))
                .isTrue();
    }

    @Test
    void doesTheSameToItsHost() {
        Vectors.forEach(FILE, "cases", one -> {
            try {
                new Case(one).replay();
            } catch (UsageError | Failure e) {
                throw new AssertionError("refused: " + e.getMessage(), e);
            }
        });
    }

    private static Network network() {
        return Network.parseBits(FILE.getAsJsonObject("ca").get("network_bits").getAsString())
                .orElseThrow();
    }

    /** One recorded run. */
    private static final class Case {
        private final JsonObject one;
        private final List<String> argv;
        private final List<JsonObject> start;
        private final List<JsonObject> stop;
        private final NetworkParameters parameters;
        private final Map<String, JsonObject> typed = new HashMap<>();
        private final boolean sourceRouting;

        Case(JsonObject one) {
            this.one = one;
            assertThat(Vectors.unknownKeys(
                            one,
                            List.of(
                                    "argv",
                                    "prefix",
                                    "subject_serial",
                                    "source_routing_supported",
                                    "network_parameters",
                                    "exit",
                                    "environment",
                                    "tunnel_manager",
                                    "start",
                                    "stop")))
                    .isEmpty();
            List<String> words = Vectors.strings(one.get("argv"));
            assertThat(words.get(0)).isEqualTo("re6stnet");
            argv = words.subList(1, words.size());
            start = Vectors.has(one, "start") ? Vectors.objects(one.get("start")) : List.of();
            stop = Vectors.has(one, "stop") ? Vectors.objects(one.get("stop")) : List.of();
            sourceRouting = one.get("source_routing_supported").getAsBoolean();
            Map<String, Value> rows = new TreeMap<>();
            for (Map.Entry<String, JsonElement> each :
                    one.getAsJsonObject("network_parameters").entrySet()) {
                typed.put(each.getKey(), each.getValue().getAsJsonObject());
                rows.put(each.getKey(), value(each.getValue().getAsJsonObject()));
            }
            parameters = NetworkParameters.fromRows(rows);
        }

        void replay() throws UsageError, Failure {
            assertThat(typed.keySet()).contains("babel_default", "client_count", "max_clients", "encrypt", "hello");
            String exit = one.get("exit").getAsString();
            if (exit.equals("2")) {
                assertThat(argv).containsSequence("--disable-proto", "sctp");
                assertThatThrownBy(this::options).isInstanceOf(UsageError.class);
                assertNothingDone();
            } else if (exit.startsWith("error: ")) {
                assertConflict(exit.substring(7));
            } else if (exit.equals("exception OSError")) {
                // A name there makes the original fail; here it is advertised, to be resolved by who dials.
                NodePlan plan = plan(options());
                assertThat(plan.advertised().ipv4().given().text()).isEqualTo("nonsense,1194,tcp");
                assertNothingDone();
            } else if (argv.contains("--test")) {
                assertThat(exit)
                        .isEqualTo(Integer.toString(
                                OptionTest.status(String.valueOf(options().test()), options())));
                assertNothingDone();
            } else if (argv.contains("--client")) {
                // The recorded original can't be a mere client: it ends with a failure and cleans up.
                assertThat(exit).isEqualTo("1");
                assertRecordedFailure();
            } else {
                assertThat(exit).isEqualTo("0");
                assertSame(options(), plan(options()));
            }
        }

        private NodeOptions options() throws UsageError {
            return PROGRAM.parse(argv, Path.of(""));
        }

        private Subnet subnet() {
            return new Subnet(network(), Prefix.ofBits(one.get("prefix").getAsString()));
        }

        private NodePlan plan(NodeOptions options) throws Failure {
            return new NodePlan(options, subnet(), one.get("subject_serial").getAsLong(), parameters, sourceRouting);
        }

        private void assertConflict(String message) {
            int pp = argv.indexOf("--pp");
            if (pp >= 0) {
                String port = argv.get(pp + 1);
                String protocol = argv.get(pp + 2);
                assertThat(message)
                        .isEqualTo("conflicting options --disable-proto %s and --pp %s %s"
                                .formatted(protocol, port, protocol));
                assertThatThrownBy(this::options)
                        .isInstanceOf(UsageError.class)
                        .hasMessageContaining("--pp " + port + " " + protocol)
                        .hasMessageContaining("--disable-proto " + protocol);
            } else {
                assertThat(message).isEqualTo("argument --ip can be given only once with 'any' or 'upnp' value");
                assertThatThrownBy(this::options).isInstanceOf(UsageError.class).hasMessageContaining("--ip");
            }
            assertNothingDone();
        }

        /** The run ended before it touched the host. */
        private void assertNothingDone() {
            List<JsonObject> left = new ArrayList<>(start);
            if (left.removeIf(this::isOpenCache)) {
                assertProbe(left);
            }
            assertThat(left).isEmpty();
            assertThat(stop).isEmpty();
            assertThat(Vectors.has(one, "environment")
                            && one.getAsJsonObject("environment").size() > 0)
                    .isFalse();
            assertThat(Vectors.has(one, "tunnel_manager")).isFalse();
            assertStandard(parameters);
        }

        private void assertStandard(NetworkParameters given) {
            assertThat(argv).containsSequence("--registry", "http://registry.example.org/", "--ca", "ca.crt");
            assertThat(argv).containsSequence("--ca", "ca.crt", "--cert", "cert.crt", "--key", "cert.key");
            assertThat(argv).containsSequence("--log", "log", "--run", "run", "--state", "state");
            assertThat(given.clientCount()).isEqualTo(STANDARD_CLIENT_COUNT);
            assertThat(given.maxClients()).isEqualTo(STANDARD_MAX_CLIENTS);
            assertThat(given.helloSeconds()).isEqualTo(15);
            assertThat(given.encrypt()).isFalse();
            assertThat(given.babelDefault()).isEqualTo("max-rtt-penalty 5000 rtt-max 500 rtt-decay 125");
        }

        private void assertRecordedFailure() throws UsageError, Failure {
            NodePlan plan = plan(options());
            List<JsonObject> left = new ArrayList<>(start);
            assertThat(left.removeIf(this::isOpenCache)).isTrue();
            assertProbe(left);
            assertThat(left).hasSize(1);
            assertThat(isShrinkCache(left.get(0), plan.clientCount())).isTrue();
            assertThat(stop).isEmpty();
            assertStandard(parameters);
            assertEnvironment(plan);
            JsonObject manager = one.getAsJsonObject("tunnel_manager");
            assertThat(manager.keySet()).containsExactlyInAnyOrder("country", "addresses");
            assertThat(manager.get("country").isJsonNull()).isTrue();
            assertThat(manager.getAsJsonArray("addresses")).isEmpty();
            assertThat(plan.servers()).isEmpty();
        }

        private void assertSame(NodeOptions options, NodePlan plan) {
            if (options.clientCount() != null) {
                assertThat(parameters.clientCount()).isEqualTo(STANDARD_CLIENT_COUNT);
            }
            if (options.maxClients() != null) {
                assertThat(parameters.maxClients()).isEqualTo(STANDARD_MAX_CLIENTS);
            }
            if (plan.ip4().isPresent()) {
                assertThat(typed.keySet()).contains("ipv4", "ipv4_sublen");
            }
            assertThat(plan.announced().isPresent()).isEqualTo(plan.ip4().isPresent());
            assertThat(plan.rules()).isEmpty();
            assertEnvironment(plan);
            assertTunnelManager(options, plan);
            assertStart(options, plan);
            assertStop(options, plan);
        }

        private void assertEnvironment(NodePlan plan) {
            Map<String, String> recorded = new TreeMap<>();
            one.getAsJsonObject("environment")
                    .entrySet()
                    .forEach(e -> recorded.put(e.getKey(), e.getValue().getAsString()));
            assertThat(plan.environment()).isEqualTo(recorded);
        }

        private void assertTunnelManager(NodeOptions options, NodePlan plan) {
            JsonObject manager = one.getAsJsonObject("tunnel_manager");
            String country =
                    Vectors.has(manager, "country") ? manager.get("country").getAsString() : null;
            assertThat(options.country()).isEqualTo(country);
            Map<String, List<List<String>>> addresses = new TreeMap<>();
            put(addresses, "IPv4", plan.advertised().ipv4());
            put(addresses, "IPv6", plan.advertised().ipv6());
            Map<String, List<List<String>>> recorded = new TreeMap<>();
            for (JsonArray family : Vectors.rows(manager.get("addresses"))) {
                recorded.put(
                        family.get(0).getAsString(),
                        Vectors.rows(family.get(1)).stream()
                                .map(Vectors::strings)
                                .toList());
            }
            assertThat(addresses).isEqualTo(recorded);
            if (plan.clientCount() == 0) {
                assertThat(manager.keySet()).containsExactlyInAnyOrder("country", "addresses");
                return;
            }
            assertThat(manager.keySet())
                    .containsExactlyInAnyOrder(
                            "timeout",
                            "client_count",
                            "interfaces",
                            "country",
                            "addresses",
                            "disabled_protocols",
                            "neighbours",
                            "openvpn_args");
            assertThat(plan.timeoutSeconds()).isEqualTo(manager.get("timeout").getAsInt());
            assertThat(plan.clientCount()).isEqualTo(manager.get("client_count").getAsInt());
            List<String> interfaces = new ArrayList<>();
            plan.servers().forEach(server -> interfaces.add(server.iface().name()));
            for (int i = 1; i <= plan.clientCount(); i++) {
                interfaces.add("re6stnet" + i);
            }
            assertThat(interfaces).isEqualTo(Vectors.strings(manager.get("interfaces")));
            List<String> disabled = plan.disabled().stream()
                    .filter(transport -> transport != Transport.UDP4 && transport != Transport.TCP4)
                    .map(Transport::text)
                    .sorted()
                    .toList();
            assertThat(disabled).isEqualTo(Vectors.strings(manager.get("disabled_protocols")));
            assertThat(plan.neighbours().stream().map(Prefix::cn))
                    .isEqualTo(Vectors.strings(manager.get("neighbours")));
            assertThat(NodeMeanings.openVpnArguments(options.allOpenvpnArguments(), plan.openvpn(NodeMeanings.VERSION)))
                    .isEqualTo(Vectors.strings(manager.get("openvpn_args")));
        }

        private static void put(Map<String, List<List<String>>> all, String name, Family family) {
            List<TunnelAddress> given = family.given().addresses();
            if (!given.isEmpty()) {
                all.put(
                        name,
                        given.stream()
                                .map(a -> List.of(a.toString().split(",")))
                                .toList());
            }
        }

        private void assertProbe(List<JsonObject> left) {
            Change probe = LinuxNetwork.sourceRoutingProbe();
            assertThat(left.removeIf(step -> isRun(step, probe.apply(), false))).isTrue();
            assertThat(left.removeIf(step -> isRun(step, probe.undo(), true))).isEqualTo(sourceRouting);
        }

        private void assertStart(NodeOptions options, NodePlan plan) {
            List<JsonObject> left = new ArrayList<>(start);
            assertThat(left.removeIf(this::isOpenCache)).isTrue();
            assertProbe(left);
            for (Change change : changes(plan)) {
                assertThat(left.removeIf(step -> isRun(step, change.apply(), true)))
                        .as("%s", change.apply())
                        .isTrue();
            }
            for (List<String> command : plan.afterMainAddress()) {
                assertThat(left.removeIf(step -> isRun(step, command, false))).isTrue();
            }
            boolean asksForDh = options.dh() == null && !plan.servers().isEmpty();
            // Ours does without: elliptic curves only.
            assertThat(left.removeIf(step -> step.get("do").getAsString().equals("get DH")
                            && step.get("path").getAsString().equals("state/dh.pem")
                            && step.size() == 2))
                    .isEqualTo(asksForDh);
            for (NodePlan.Server server : plan.servers()) {
                JsonObject spawn = left.stream()
                        .filter(step -> isSpawn(step, "openvpn"))
                        .findFirst()
                        .orElseThrow();
                left.remove(spawn);
                assertThat(spawn.get("options").toString()).isEqualTo("{\"pass_fds\":1}");
                assertServer(options, plan, server, Vectors.strings(spawn.get("argv")));
            }
            JsonObject babeld = left.stream()
                    .filter(step -> isSpawn(step, "babeld"))
                    .findFirst()
                    .orElseThrow();
            left.remove(babeld);
            assertThat(Vectors.has(babeld, "options")).isFalse();
            assertBabeld(options, plan, Vectors.strings(babeld.get("argv")));
            if (options.up() != null) {
                assertThat(left.removeIf(step -> step.get("do").getAsString().equals("shell")
                                && step.get("command").getAsString().equals(options.up())
                                && step.size() == 2))
                        .isTrue();
            }
            for (String command : options.daemon() == null ? List.<String>of() : options.daemon()) {
                assertThat(left.removeIf(step -> step.get("do").getAsString().equals("spawn")
                                && step.get("argv").toString().equals("\"" + command + "\"")
                                && step.get("options").toString().equals("{\"shell\":true}")
                                && step.size() == 3))
                        .isTrue();
            }
            assertThat(left).isEmpty();
        }

        private void assertServer(NodeOptions options, NodePlan plan, NodePlan.Server server, List<String> argv) {
            List<String> extra = new ArrayList<>(List.of("--ping-exit", Integer.toString(plan.timeoutSeconds())));
            extra.addAll(
                    NodeMeanings.openVpnArguments(options.allOpenvpnArguments(), plan.openvpn(NodeMeanings.VERSION)));
            String protocol = server.transport().text();
            OpenVpnMeaning recorded = OpenVpnMeaning.ofOriginal(argv, "{FD}", List.of(protocol), extra);
            if (options.dh() == null) {
                assertThat(recorded.dh()).isEqualTo("state/dh.pem");
            }
            assertThat(NodeMeanings.server(
                            plan.openvpn(NodeMeanings.VERSION), server.iface(), server.transport(), server.port()))
                    .usingRecursiveComparison()
                    .ignoringFields(
                            options.dh() == null
                                    ? new String[] {"dh", "extra", "maxClients"}
                                    : new String[] {"extra", "maxClients"})
                    .isEqualTo(recorded);
            assertThat(recorded.maxClients()).isEqualTo(Integer.toString(plan.maxClients()));
        }

        private void assertBabeld(NodeOptions options, NodePlan plan, List<String> argv) {
            List<String> extra = new ArrayList<>();
            List<String> names = new ArrayList<>();
            plan.servers().forEach(server -> names.add(server.iface().name()));
            for (int i = 1; i <= plan.clientCount(); i++) {
                names.add("re6stnet" + i);
            }
            for (String name : names) {
                // Ours come while babeld runs, with the same type.
                extra.addAll(List.of("-C", "interface " + name + " type tunnel"));
            }
            extra.addAll(names);
            assertThat(plan.babeldControl().getParent()).isEqualTo(options.run());
            BabeldMeaning recorded = BabeldMeaning.ofOriginal(
                    argv,
                    network().toString(),
                    parameters.babelHmacAccept().map(Bytes::toHex).orElse(""),
                    options.run().resolve("babeld.sock").toString(),
                    extra);
            assertThat(NodeMeanings.babeld(
                            plan.babeld(plan.babelKeys(OWN_KEY)),
                            plan.babelKeys(OWN_KEY),
                            plan.babeldControl(),
                            sourceRouting,
                            options.gateway(),
                            plan.ip4()))
                    .usingRecursiveComparison()
                    .ignoringFields("extra")
                    .isEqualTo(recorded);
        }

        private void assertStop(NodeOptions options, NodePlan plan) {
            List<JsonObject> left = new ArrayList<>(stop);
            assertThat(left.remove(0).toString()).isEqualTo("{\"do\":\"stop\",\"argv0\":\"babeld\"}");
            assertThat(left.remove(0).toString()).isEqualTo("{\"do\":\"close tunnel manager\"}");
            for (Change change : changes(plan)) {
                assertThat(left.removeIf(step -> isRun(step, change.undo(), false)))
                        .as("%s", change.undo())
                        .isTrue();
            }
            assertThat(left.removeIf(step -> isRun(step, plan.beforeMainAddressGoes(), false)))
                    .isTrue();
            int servers = 0;
            int daemons = 0;
            for (JsonObject step : List.copyOf(left)) {
                if (step.toString().equals("{\"do\":\"stop\",\"argv0\":\"openvpn\"}")) {
                    servers++;
                    left.remove(step);
                } else if (step.toString().equals("{\"do\":\"stop\",\"argv0\":\"sh\"}")) {
                    daemons++;
                    left.remove(step);
                }
            }
            assertThat(servers).isEqualTo(plan.servers().size());
            assertThat(daemons)
                    .isEqualTo(options.daemon() == null ? 0 : options.daemon().size());
            assertThat(left).hasSize(1);
            assertThat(isShrinkCache(left.get(0), plan.clientCount())).isTrue();
        }

        private static List<Change> changes(NodePlan plan) {
            return Stream.concat(plan.beforeTunnels().stream(), Stream.of(plan.mainAddress(), plan.networkRoute()))
                    .toList();
        }

        private boolean isOpenCache(JsonObject step) {
            boolean open = step.get("do").getAsString().equals("open cache");
            if (open) {
                assertThat(step.size()).isEqualTo(3);
                assertThat(step.get("path").getAsString()).isEqualTo("state/cache.db");
                assertThat(argv)
                        .containsSequence("--registry", step.get("registry").getAsString());
            }
            return open;
        }

        private static boolean isShrinkCache(JsonObject step, int size) {
            return step.toString().equals("{\"do\":\"shrink cache\",\"size\":" + size + "}");
        }

        private static boolean isSpawn(JsonObject step, String program) {
            return step.get("do").getAsString().equals("spawn")
                    && step.get("argv").isJsonArray()
                    && step.getAsJsonArray("argv").get(0).getAsString().equals(program);
        }

        private static boolean isRun(JsonObject step, List<String> words, boolean mustSucceed) {
            boolean must = Vectors.has(step, "must_succeed")
                    && step.get("must_succeed").getAsBoolean();
            return step.get("do").getAsString().equals("run")
                    && Vectors.strings(step.get("argv")).equals(words)
                    && must == mustSucceed
                    && step.size() == (mustSucceed ? 3 : 2);
        }

        private static Value value(JsonObject typed) {
            return switch (typed.get("type").getAsString()) {
                case "text" -> new Value.Text(typed.get("value").getAsString());
                case "integer" ->
                    new Value.Whole(new BigInteger(typed.get("value").getAsString()));
                case "bool" -> new Value.Flag(typed.get("value").getAsBoolean());
                case "blob" -> new Value.Blob(Bytes.ofHex(typed.get("hex").getAsString()));
                default -> throw new AssertionError(typed.toString());
            };
        }
    }
}
