package net.re6st.lab;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.net.Subnet;
import org.jspecify.annotations.Nullable;

/** A node of a {@link ReNetwork}: its host, its certificate, its program, and what can be seen of it from outside. */
public final class LabNode {
    /** What SIGTERM may take (04). */
    static final Duration STOP_LIMIT = Duration.ofSeconds(6);

    private static final Duration ENROL_LIMIT = Duration.ofSeconds(60);
    private static final Pattern CN = Pattern.compile("(?:^|,)CN=([0-9]+/[0-9]+)(?:,|$)");

    private final Host host;
    private final Network network;
    private final Path configuration;
    private final Path upMark;

    /** Its {@code --ip}; empty: none. */
    private String advertised;

    private Map<String, String> environment = Map.of();
    private @Nullable Subnet subnet;
    private @Nullable Task task;

    LabNode(Host host, Network network) {
        this.host = host;
        this.network = network;
        this.configuration = host.directory().resolve("etc");
        this.upMark = host.directory().resolve("up");
        this.advertised = host.hasRouter() ? "" : host.isBehindNat() ? "any" : host.ip4();
    }

    public String name() {
        return host.name();
    }

    public Host host() {
        return host;
    }

    public Path log() {
        return host.directory().resolve("log");
    }

    public Path run() {
        return host.directory().resolve("run");
    }

    public Path state() {
        return host.directory().resolve("state");
    }

    /** From its next start on it tells others this name, instead of its address. */
    public void advertise(String name) {
        advertised = name;
    }

    /** Gets a certificate with {@code re6st-conf}, as an administrator does. */
    void enrol(String url, String token, List<String> options) {
        try {
            Files.createDirectories(configuration);
        } catch (IOException e) {
            throw new LabException("cannot make " + configuration + ": " + e.getMessage(), e);
        }
        List<String> words = new ArrayList<>(List.of(Programs.conf(), "--registry", url));
        words.addAll(List.of("-d", configuration.toString(), "--token", token));
        words.addAll(options);
        host.command(words.toArray(String[]::new)).within(ENROL_LIMIT).output();
        subnet = network.subnet(prefix());
    }

    private Prefix prefix() {
        X509Certificate certificate = certificate();
        Matcher cn = CN.matcher(certificate.getSubjectX500Principal().getName());
        return Optional.of(cn)
                .filter(Matcher::find)
                .flatMap(found -> Prefix.parseCn(found.group(1)))
                .orElseThrow(() -> new LabException(name() + " has a certificate without the CN of a node"));
    }

    private X509Certificate certificate() {
        Path file = configuration.resolve("cert.crt");
        try (InputStream stream = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(stream);
        } catch (IOException | CertificateException e) {
            throw new LabException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** Of the certificate as the node has it by now. */
    BigInteger serial() {
        return certificate().getSerialNumber();
    }

    public Subnet subnet() {
        if (subnet == null) {
            throw new LabException(name() + " has no certificate");
        }
        return subnet;
    }

    public String cn() {
        return subnet().prefix().cn();
    }

    /** Its main address in the overlay. */
    public String address() {
        return subnet().mainAddress().toString();
    }

    Prober.Target target() {
        try {
            return new Prober.Target(name(), host, (Inet6Address) InetAddress.getByName(address()));
        } catch (IOException e) {
            throw new LabException(address() + " is not an address", e);
        }
    }

    /** The certificate of the CA as the node has it by now. */
    public String authority() {
        try {
            return Files.readString(configuration.resolve("ca.crt"));
        } catch (IOException e) {
            throw new LabException("cannot read the CA of " + name(), e);
        }
    }

    /** Starts the program with the options that every node here has, and {@code options}. */
    public Task start(List<String> options, Map<String, String> environment) {
        return start(Programs.node(), options, environment);
    }

    /** The same with the program of another place than the build tree. */
    Task start(String program, List<String> options, Map<String, String> environment) {
        List<String> words = new ArrayList<>(List.of(program, "@re6stnet.conf"));
        if (!advertised.isEmpty()) {
            words.addAll(List.of("--ip", advertised));
        }
        words.addAll(List.of("-v", "3", "--ovpnlog"));
        words.addAll(List.of("-l", log().toString(), "-r", run().toString()));
        words.addAll(List.of("-s", state().toString()));
        words.addAll(List.of("--up", "touch " + upMark));
        words.addAll(options);
        deleteUpMark();
        Task started = host.start("re6stnet", configuration, environment, words);
        task = started;
        return started;
    }

    public Task start() {
        return start(List.of(), environment);
    }

    /** Variables for its program, from the next plain start on. */
    public void setEnvironment(Map<String, String> variables) {
        environment = Map.copyOf(variables);
    }

    public Task task() {
        if (task == null) {
            throw new LabException(name() + " was not started");
        }
        return task;
    }

    public boolean isRunning() {
        return task != null && task.isAlive();
    }

    /** True once it reached its main loop ({@code --up} was run). */
    public boolean isUp() {
        return Files.exists(upMark);
    }

    public void awaitUp(Duration limit) {
        Await.until(name() + " is up", limit, this::isUp, this::lastWords);
    }

    /** SIGTERM; waits for the clean end and returns the exit status. */
    public int stop() {
        task().terminate();
        return task().awaitExit(STOP_LIMIT);
    }

    /** SIGKILL to the daemon alone; what it started lives on. */
    public void kill() {
        task().kill();
        task().awaitExit(STOP_LIMIT);
    }

    /** SIGHUP: another life in the same process. {@link #isUp} is false until that is in its main loop. */
    public void reload() {
        deleteUpMark();
        task().signal("HUP");
    }

    private void deleteUpMark() {
        try {
            Files.deleteIfExists(upMark);
        } catch (IOException e) {
            throw new LabException("cannot delete " + upMark, e);
        }
    }

    /** Deletes its cache: it starts as if for the first time. */
    public void forget() {
        Path cache = state().resolve("cache.db");
        try {
            for (String suffix : List.of("", "-wal", "-shm", "-journal")) {
                Files.deleteIfExists(cache.resolveSibling(cache.getFileName() + suffix));
            }
        } catch (IOException e) {
            throw new LabException("cannot delete " + cache, e);
        }
    }

    /** The end of what it wrote to its terminal and log: for messages about failures. */
    String lastWords() {
        String output = task == null ? "not started" : task.output().strip();
        return "%s %s: %s | %s".formatted(name(), isRunning() ? "runs" : "ended", output, lastLog());
    }

    private String lastLog() {
        try {
            List<String> lines = Files.readAllLines(log().resolve("re6stnet.log"));
            return String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
        } catch (IOException e) {
            return "no log";
        }
    }

    /** Client tunnels it has opened, connected or not, as its OpenVPN processes show. */
    public List<Tunnel> tunnels() {
        return host.processes("openvpn").stream()
                .filter(process -> process.has("--remote"))
                .map(this::tunnel)
                .toList();
    }

    private Tunnel tunnel(HostProcess process) {
        int remote = process.words().indexOf("--remote");
        List<String> words = process.words()
                .subList(remote + 1, Math.min(remote + 4, process.words().size()));
        return new Tunnel(
                process.argument("--dev").orElse("?"),
                process.argument("--verify-x509-name").orElse("?"),
                words.size() < 3 ? "?" : words.get(2),
                process.pid());
    }

    /** A client tunnel: interface, CN of the peer, protocol, OpenVPN's process id. */
    public record Tunnel(String iface, String peerCn, String protocol, long pid) {}

    /** The start of the network version in its cache, in hexadecimal; empty while there is none. */
    String cachedVersion() {
        Path cache = state().resolve("cache.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:file:" + cache + "?mode=ro");
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT substr(hex(value), 1, 16) FROM config WHERE name = 'version'")) {
            return rows.next() ? rows.getString(1) : "";
        } catch (SQLException e) {
            // Not made yet, or being written.
            return "";
        }
    }

    /** Asks its babeld for everything it knows. */
    public BabelTable babel() {
        return BabelTable.ask(run().resolve("babeld.ctl"));
    }

    @Override
    public String toString() {
        return name();
    }
}
