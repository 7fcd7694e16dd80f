package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import net.re6st.net.Bytes;
import net.re6st.net.Iface;
import net.re6st.net.Ip4;
import net.re6st.net.Ip6;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.net.Remote;
import net.re6st.net.Transport;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.Test;

/** Replays commands.json: the recorded command lines and ours must mean the same. */
class CommandsVectorTest {
    private static final JsonObject FILE = Vectors.json("commands.json");
    private static final Bytes OWN_KEY = Bytes.ofHex("00112233445566778899aabbccddeeff");

    @Test
    void hasNoSectionThatIsNotReplayed() {
        assertThat(FILE.keySet()).containsExactlyInAnyOrder("about", "servers", "clients", "connections", "routers");
    }

    @Test
    void startsServers() {
        Vectors.forEach(FILE, "servers", one -> {
            assertThat(Vectors.unknownKeys(one, List.of("arguments", "extra", "ovpn_log", "argv", "reference_raises")))
                    .isEmpty();
            JsonObject given = one.getAsJsonObject("arguments");
            assertThat(given.keySet())
                    .containsExactlyInAnyOrder("iface", "max_clients", "dh_path", "fd", "port", "proto", "encrypt");
            assertThat(one.get("reference_raises").isJsonNull()).isTrue();
            String protocol = given.get("proto").getAsString();
            List<String> extra = Vectors.strings(one.get("extra"));
            OpenVpnMeaning recorded = OpenVpnMeaning.ofOriginal(
                    Vectors.strings(one.get("argv")), given.get("fd").getAsString(), List.of(protocol), extra);
            OpenVpnCommand.Settings settings = settings(
                    given.get("encrypt").getAsBoolean(),
                    Path.of(given.get("dh_path").getAsString()),
                    log(one),
                    extra);
            // A protocol that nobody knows is refused as an option; the rest of its command line is that of TCP.
            Transport transport = Transport.parse(protocol).orElse(Transport.TCP);
            OpenVpnMeaning ours = OpenVpnMeaning.ofOurs(
                    new OpenVpnCommand(settings)
                            .server(
                                    new Iface(given.get("iface").getAsString()),
                                    transport,
                                    given.get("port").getAsInt()),
                    settings,
                    List.of(transport));
            if (Transport.parse(protocol).isEmpty()) {
                assertThat(protocol).isEqualTo("sctp");
                assertThat(recorded.protocols()).containsExactly("sctp4");
                assertThat(recorded)
                        .usingRecursiveComparison()
                        .ignoringFields("protocols", "maxClients")
                        .isEqualTo(ours);
            } else {
                assertThat(ours)
                        .usingRecursiveComparison()
                        .ignoringFields("maxClients")
                        .isEqualTo(recorded);
            }
            assertThat(recorded.maxClients()).isEqualTo(given.get("max_clients").getAsString());
            assertThat(given.get("iface").getAsString()).isEqualTo("re6stnet-" + protocol);
        });
    }

    @Test
    void startsClientsOfSeveralRemotes() {
        Vectors.forEach(FILE, "clients", one -> {
            assertThat(Vectors.unknownKeys(
                            one,
                            List.of(
                                    "iface",
                                    "address_list",
                                    "encrypt",
                                    "extra",
                                    "ovpn_log",
                                    "argv",
                                    "reference_raises")))
                    .isEmpty();
            List<Remote> remotes = remotes(one.getAsJsonArray("address_list"));
            List<String> extra = Vectors.strings(one.get("extra"));
            OpenVpnCommand.Settings settings = settings(one.get("encrypt").getAsBoolean(), null, log(one), extra);
            OpenVpnCommand command = new OpenVpnCommand(settings);
            Iface iface = new Iface(one.get("iface").getAsString());
            if (!Vectors.has(one, "argv")) {
                assertThat(one.get("reference_raises").getAsString()).isEqualTo("ValueError");
                if (remotes.isEmpty()) {
                    assertThatThrownBy(() -> command.clientOfAny(iface, remotes))
                            .isInstanceOf(IllegalArgumentException.class);
                } else {
                    // Refused there: transports of different packet sizes. Ours takes the smallest.
                    assertThat(remotes.stream().map(Remote::transport).distinct())
                            .hasSizeGreaterThan(1);
                    OpenVpnMeaning.ofOurs(command.clientOfAny(iface, remotes), settings, transports(remotes));
                }
                return;
            }
            assertThat(one.get("reference_raises").isJsonNull()).isTrue();
            List<String> protocols = protocols(one.getAsJsonArray("address_list"));
            assertThat(OpenVpnMeaning.ofOurs(command.clientOfAny(iface, remotes), settings, transports(remotes)))
                    .isEqualTo(OpenVpnMeaning.ofOriginal(Vectors.strings(one.get("argv")), "", protocols, extra));
        });
    }

    @Test
    void dialsOneAddressAfterTheOther() {
        Vectors.forEach(FILE, "connections", one -> {
            assertThat(Vectors.unknownKeys(
                            one,
                            List.of(
                                    "prefix",
                                    "iface",
                                    "address_list",
                                    "encrypt",
                                    "timeout",
                                    "openvpn_args",
                                    "argv_of_each_attempt")))
                    .isEmpty();
            List<Remote> remotes = remotes(one.getAsJsonArray("address_list"));
            List<String> protocols = protocols(one.getAsJsonArray("address_list"));
            List<String> given = Vectors.strings(one.get("openvpn_args"));
            List<String> extra =
                    new ArrayList<>(List.of("--ping-exit", one.get("timeout").getAsString()));
            OpenVpnCommand.Settings settings = settings(one.get("encrypt").getAsBoolean(), null, null, List.of());
            settings = new OpenVpnCommand.Settings(
                    settings.version(),
                    Path.of(given.get(1)),
                    Path.of(given.get(3)),
                    Path.of(given.get(5)),
                    null,
                    settings.run(),
                    null,
                    settings.encrypt(),
                    one.get("timeout").getAsInt(),
                    TunnelIp4.NONE,
                    List.of());
            assertThat(given).isEqualTo(List.of("--ca", given.get(1), "--cert", given.get(3), "--key", given.get(5)));
            List<JsonArray> attempts = Vectors.rows(one.get("argv_of_each_attempt"));
            assertThat(attempts).hasSameSizeAs(remotes);
            for (int i = 0; i < attempts.size(); i++) {
                List<String> argv = new ArrayList<>(Vectors.strings(attempts.get(i)));
                int at = Collections.indexOfSubList(argv, extra);
                assertThat(at).as("%s in %s", extra, argv).isPositive();
                argv.subList(at, at + 2).clear();
                OpenVpnMeaning recorded = OpenVpnMeaning.ofOriginal(argv, "{FD}", List.of(protocols.get(i)), given);
                List<String> ours = new OpenVpnCommand(settings)
                        .client(
                                new Iface(one.get("iface").getAsString()),
                                Prefix.ofBits(one.get("prefix").getAsString()),
                                remotes.get(i));
                assertThat(OpenVpnMeaning.ofOurs(
                                ours, settings, List.of(remotes.get(i).transport())))
                        .usingRecursiveComparison()
                        .ignoringFields("extra")
                        .isEqualTo(recorded);
            }
        });
    }

    @Test
    void startsBabeld() {
        Vectors.forEach(FILE, "routers", one -> {
            assertThat(Vectors.unknownKeys(one, List.of("arguments", "extra", "argv", "reference_raises")))
                    .isEmpty();
            assertThat(one.get("reference_raises").isJsonNull()).isTrue();
            JsonObject given = one.getAsJsonObject("arguments");
            assertThat(given.keySet())
                    .containsExactlyInAnyOrder(
                            "ip",
                            "ip4",
                            "rt6",
                            "hello_interval",
                            "log_path",
                            "state_path",
                            "control_socket",
                            "default",
                            "hmac");
            JsonArray ip = given.getAsJsonArray("ip");
            JsonArray rt6 = given.getAsJsonArray("rt6");
            List<Optional<Bytes>> keys = new ArrayList<>();
            Vectors.objects(given.get("hmac")).forEach(key -> keys.add(key(key)));
            assertThat(keys).hasSize(2);
            List<String> extra = Vectors.strings(one.get("extra"));
            BabeldCommand.Settings settings = new BabeldCommand.Settings(
                    given.get("hello_interval").getAsInt(),
                    Path.of(given.get("log_path").getAsString()),
                    Path.of(given.get("state_path").getAsString()),
                    Path.of("run/babeld.ctl"),
                    Ip6.parse(ip.get(0).getAsString()).orElseThrow(),
                    ip.get(1).getAsInt(),
                    network(rt6.get(0).getAsString()),
                    Vectors.has(given, "ip4") ? Optional.of(block(given.getAsJsonArray("ip4"))) : Optional.empty(),
                    rt6.get(1).getAsBoolean(),
                    rt6.get(2).getAsBoolean(),
                    given.get("default").getAsString(),
                    BabelKeys.of(keys.get(0).orElse(null), keys.get(1).orElse(null), OWN_KEY),
                    0,
                    List.of(),
                    extra);
            String control = Vectors.has(given, "control_socket")
                    ? given.get("control_socket").getAsString()
                    : "";
            BabeldMeaning recorded = BabeldMeaning.ofOriginal(
                    Vectors.strings(one.get("argv")),
                    rt6.get(0).getAsString(),
                    keys.get(1).map(Bytes::toHex).orElse(""),
                    control,
                    extra);
            assertThat(BabeldMeaning.ofOurs(BabeldCommand.start(settings), settings))
                    .isEqualTo(recorded);
        });
    }

    private static Network network(String text) {
        String[] parts = text.split("/");
        Ip6 address = Ip6.parse(parts[0]).orElseThrow();
        return Network.parseBits(address.bits().substring(0, Integer.parseInt(parts[1])))
                .orElseThrow();
    }

    private static Ip4Block block(JsonArray ip4) {
        return new Ip4Block(
                Ip4.parse(ip4.get(0).getAsString()).orElseThrow(), ip4.get(1).getAsInt());
    }

    /** A typed value: null, or the key as bytes or (when empty) as text. */
    private static Optional<Bytes> key(JsonObject typed) {
        return switch (typed.get("type").getAsString()) {
            case "null" -> Optional.empty();
            case "blob" -> Optional.of(Bytes.ofHex(typed.get("hex").getAsString()));
            case "text" -> Optional.of(Bytes.ofLatin1(typed.get("value").getAsString()));
            default -> throw new AssertionError(typed.toString());
        };
    }

    private static Path log(JsonObject one) {
        return Vectors.has(one, "ovpn_log") ? Path.of(one.get("ovpn_log").getAsString()) : null;
    }

    private static List<String> protocols(JsonArray addresses) {
        return Vectors.rows(addresses).stream()
                .map(row -> row.get(2).getAsString())
                .toList();
    }

    private static List<Remote> remotes(JsonArray addresses) {
        return Vectors.rows(addresses).stream()
                .map(row -> new Remote(
                        row.get(0).getAsString(),
                        Integer.parseInt(row.get(1).getAsString()),
                        Transport.parse(row.get(2).getAsString()).orElseThrow()))
                .toList();
    }

    private static List<Transport> transports(List<Remote> remotes) {
        return remotes.stream().map(Remote::transport).toList();
    }

    private static OpenVpnCommand.Settings settings(boolean encrypt, Path dh, Path logs, List<String> extra) {
        return new OpenVpnCommand.Settings(
                new OpenVpnVersion(2, 6),
                Path.of("our-ca"),
                Path.of("our-cert"),
                Path.of("our-key"),
                dh,
                Path.of("run"),
                logs,
                encrypt,
                77,
                TunnelIp4.NONE,
                extra);
    }
}
