package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A node of ours beside a host that runs what an original node runs: OpenVPN with the original's arguments (less its hook
 * scripts) and babeld with the original's configuration. The tunnel must carry packets of every size, whichever side dials.
 */
@ExtendWith(KeepLogs.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class LegacyTunnelsIT {
    private static final boolean ALL = Boolean.getBoolean("re6st.all");
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String LEGACY_TAP = "legacy";

    private static ReNetwork network;
    private static boolean encrypts;
    private final List<Task> legacy = new ArrayList<>();

    @BeforeAll
    static void build() throws IOException {
        network = ReNetwork.build(NetworkPlan.of(2));
        network.nodes().forEach(node -> node.host().enableIpv6());
        network.startRegistry(List.of());
        network.enrol();
        // What the original's hook does.
        Path up = Files.writeString(configuration().resolve("up"), "#!/bin/sh\nip link set $dev up mtu $tun_mtu\n");
        Files.setPosixFilePermissions(up, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void stop() {
        legacy.forEach(Task::terminate);
        legacy.forEach(task -> task.awaitExit(Duration.ofSeconds(15)));
        LabNode ours = network.node(1);
        if (ours.isRunning()) {
            ours.stop();
        }
        Host host = network.node(2).host();
        host.command("ip", "link", "del", LEGACY_TAP).run();
        host.command("ip", "-6", "addr", "flush", "dev", "lo", "scope", "global")
                .run();
        host.command("ip", "-6", "route", "flush", "proto", "babel").run();
    }

    @AfterAll
    static void end() {
        network.close();
    }

    @ParameterizedTest
    @Order(2)
    @CsvSource({"udp4, true", "tcp4, true", "udp6, false"})
    void originalClientReachesUsThroughOurServer(String protocol, boolean encrypted) throws Exception {
        assumeTrue(ALL || !protocol.equals("udp6"));
        LabNode ours = startOurs(protocol, encrypted);
        Host host = network.node(2).host();
        List<String> words = common(encrypted);
        words.addAll(List.of("--nobind", "--client", "--remote", address(ours, protocol), "1194"));
        words.addAll(carrier(protocol, protocol, "1432", "1450"));
        words.addAll(List.of("--verify-x509-name", ours.cn(), "name", "--resolv-retry", "0"));
        words.addAll(List.of("--connect-retry-max", "20", "--tls-exit", "--remap-usr1", "SIGTERM", "--ping-exit", "8"));
        legacy.add(host.start("openvpn", configuration(), Map.of(), words));
        joinWithBabel(ours, 1452);
    }

    @ParameterizedTest
    @Order(1)
    @CsvSource({"udp4, false", "udp6, true", "tcp6, true"})
    void weReachTheServerOfAnOriginalNode(String protocol, boolean encrypted) throws Exception {
        assumeTrue(ALL || !protocol.equals("udp6"));
        Host host = network.node(2).host();
        List<String> words = common(encrypted);
        words.addAll(List.of("--tls-server", "--mode", "server", "--dh", "dh2048.pem", "--max-clients", "20"));
        words.addAll(List.of("--port", "1194"));
        words.add("--proto");
        words.addAll(carrier(protocol + (protocol.startsWith("tcp") ? "-server" : ""), protocol, "1525", "1543"));
        words.addAll(List.of("--ping-exit", "8"));
        legacy.add(host.start("openvpn", configuration(), Map.of(), words));
        LabNode ours = startOurs(protocol, encrypted);
        // An original server on OpenVPN 2.6 loses what is greater than 1434 bytes, whoever its client is.
        joinWithBabel(ours, protocol.startsWith("udp") ? 1360 : 1452);
    }

    /** Ours knows the other host from an earlier time: that is how it finds a node that says nothing. */
    private static LabNode startOurs(String protocol, boolean encrypted) throws SQLException, IOException {
        if (encrypted != encrypts) {
            network.registry().stop();
            network.restartRegistry(encrypted ? List.of("--encrypt") : List.of());
            encrypts = encrypted;
        }
        LabNode ours = network.node(1);
        List<String> options = new ArrayList<>(List.of("--ip", ours.host().ip6()));
        String ownName = protocol.replace("4", "");
        for (String other : List.of("udp", "tcp", "udp6", "tcp6")) {
            if (!other.equals(ownName)) {
                options.addAll(List.of("--disable-proto", other));
            }
        }
        options.addAll(List.of("--pp", "1194", ownName));
        rememberPeer(ours, address(network.node(2), protocol) + ",1194," + ownName);
        ours.start(options, Map.of());
        ours.awaitUp(LIMIT);
        // A client that is refused ends.
        Await.until("our server listens", LIMIT, () -> !ours.host()
                .command("ss", "-Hltun", "sport = :1194")
                .output()
                .isBlank());
        return ours;
    }

    private static void rememberPeer(LabNode ours, String addresses) throws SQLException, IOException {
        Path state = Files.createDirectories(ours.host().directory().resolve("state"));
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + state.resolve("cache.db"));
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS peer (\n  prefix TEXT PRIMARY KEY NOT NULL,\n  address TEXT NOT NULL)");
            statement.execute("CREATE TABLE IF NOT EXISTS config (\n  name TEXT PRIMARY KEY NOT NULL,\n  value)");
            try (PreparedStatement insert = connection.prepareStatement("INSERT OR REPLACE INTO peer VALUES (?, ?)")) {
                insert.setString(1, network.node(2).subnet().prefix().bits());
                insert.setString(2, addresses);
                insert.executeUpdate();
            }
        }
    }

    /** Starts babeld on the other host as an original node does, then sends packets of every size both ways. */
    private void joinWithBabel(LabNode ours, int largest) throws Exception {
        LabNode other = network.node(2);
        Host host = other.host();
        Await.until("the tap exists", LIMIT, () -> host.interfaces().contains(LEGACY_TAP));
        host.command("ip", "-6", "addr", "add", other.address() + "/64", "dev", "lo")
                .output();
        host.command("sysctl", "-qw", "net.ipv6.conf.all.forwarding=1").output();
        List<String> words = new ArrayList<>(List.of("babeld", "-h", "2", "-H", "2", "-I", "", "-s"));
        words.addAll(List.of("-S", host.directory().resolve("babeld.state").toString()));
        words.addAll(List.of("-C", "redistribute local deny"));
        words.addAll(List.of("-C", "redistribute ip " + other.address() + "/64 eq 64"));
        words.addAll(List.of("-C", "key type blake2s128 id sign value " + babelKey(ours)));
        words.addAll(List.of("-C", "default max-rtt-penalty 5000 rtt-max 500 rtt-decay 125 key sign"));
        words.addAll(List.of("-C", "redistribute deny", "-C", "install pref-src " + other.address(), LEGACY_TAP));
        legacy.add(host.start("babeld", host.directory(), Map.of(), words));
        Await.until("a ping passes", LIMIT, () -> pings(host, ours.address(), 56));
        for (int bytes : new int[] {1200, 1280, 1320, 1360, largest}) {
            assertThat(pings(host, ours.address(), bytes))
                    .as("%d bytes to us", bytes)
                    .isTrue();
            assertThat(pings(ours.host(), other.address(), bytes))
                    .as("%d bytes to them", bytes)
                    .isTrue();
        }
        assertThat(Transfer.echoes(other, ours, 1 << 18, Duration.ofSeconds(20)))
                .isTrue();
        assertThat(Transfer.echoes(ours, other, 1 << 18, Duration.ofSeconds(20)))
                .isTrue();
    }

    private static boolean pings(Host from, String address, int bytes) {
        String size = Integer.toString(bytes);
        // One answer in three seconds is enough.
        return from.command("ping", "-c", "1", "-w", "3", "-i", "0.2", "-s", size, address)
                .run()
                .ok();
    }

    private static String babelKey(LabNode ours) throws SQLException {
        Path cache = ours.host().directory().resolve("state/cache.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + cache);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT value FROM config WHERE name = 'babel_hmac_sign'")) {
            assertThat(rows.next()).isTrue();
            return HexFormat.of().formatHex(rows.getBytes(1));
        }
    }

    private static String address(LabNode node, String protocol) {
        return protocol.endsWith("6") ? node.host().ip6() : node.host().ip4();
    }

    private static Path configuration() {
        return network.node(2).host().directory().resolve("etc");
    }

    private static List<String> common(boolean encrypted) {
        List<String> words = new ArrayList<>(List.of("openvpn", "--dev-type", "tap", "--dev", LEGACY_TAP));
        words.addAll(List.of("--persist-tun", "--persist-key", "--script-security", "2", "--up", "./up"));
        words.addAll(List.of("--ca", "ca.crt", "--cert", "cert.crt", "--key", "cert.key"));
        if (!encrypted) {
            // The original's --ncp-disable is fatal on OpenVPN 2.6; this is what it means there.
            words.addAll(List.of("--cipher", "none", "--data-ciphers", "none"));
        }
        return words;
    }

    private static List<String> carrier(String name, String protocol, String linkMtu4, String linkMtu6) {
        if (protocol.startsWith("tcp")) {
            return List.of(name);
        }
        return List.of(name, "--link-mtu", protocol.endsWith("6") ? linkMtu6 : linkMtu4, "--mtu-disc", "yes");
    }
}
