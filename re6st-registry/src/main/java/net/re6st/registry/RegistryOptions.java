package net.re6st.registry;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.re6st.cli.Password;
import net.re6st.cli.ProgramOptions;
import net.re6st.cli.UsageError;
import net.re6st.net.Ip4;
import net.re6st.net.PlainNumber;
import net.re6st.registry.command.Locations;
import net.re6st.registry.os.Database;
import net.re6st.wire.Protocol;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of re6st-registry; what can be checked without looking at the machine is checked here. */
@Command(
        description = "The registry of a re6st network: delivers certificates to nodes, publishes the network's"
                + " parameters, and gives a first peer to nodes that know nobody.",
        footer = {
            "",
            "Subcommands, as first word, work beside a running registry or without one: init, list, show, revoke,"
                    + " token add|list|delete, ca renew, backup, restore, migrate, verify, audit, audit verify; each has --help.",
            "@FILE anywhere reads options from a file, one per line without the leading dashes.",
            "Environment: GEOIP2_MMDB is the path of a GeoIP database of countries, in MaxMind's format.",
        })
final class RegistryOptions extends ProgramOptions {
    private static final int MAX_PORT = 65_535;
    private static final int MAX_SECONDS = Integer.MAX_VALUE;

    @Option(names = "--port", paramLabel = "PORT", description = "Port to listen on (default: ${DEFAULT-VALUE}).")
    int port = 80;

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "Serve HTTPS as well, with this certificate and those that follow it, PEM. Needs --tls-key;"
                    + " changed files are noticed.")
    @Nullable
    Path tlsCert;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Private key of --tls-cert, PEM.")
    @Nullable
    Path tlsKey;

    @Option(names = "--tls-port", paramLabel = "PORT", description = "Port for HTTPS (default: ${DEFAULT-VALUE}).")
    int tlsPort = 443;

    @Option(names = "--tls-only", description = "Serve HTTPS only: nothing listens on --port.")
    boolean tlsOnly;

    @Option(
            names = "--tls-client-ca",
            paramLabel = "FILE",
            description =
                    "Ask those who come by HTTPS for a certificate of this CA, PEM; it may be left out. Who has one may log in"
                            + " below /admin/, from private origins, without a password: it should be a CA of its own.")
    @Nullable
    Path tlsClientCa;

    @Option(
            names = "-4",
            paramLabel = "IP",
            description = "IPv4 address to listen on, nothing for none (default: ${DEFAULT-VALUE}).")
    String ipv4Listen = "0.0.0.0";

    @Option(
            names = "-6",
            paramLabel = "IP",
            description = "IPv6 address to listen on, nothing for none (default: ${DEFAULT-VALUE}).")
    String ipv6Listen = "::";

    @Option(
            names = "--db",
            paramLabel = "FILE|URL",
            description = "Database: a SQLite file, made if missing, or postgresql://USER@HOST:PORT/NAME, which several"
                    + " registries may share (default: /var/lib/re6stnet/registry.db).")
    @Nullable
    String db;

    @Option(
            names = "--db-password-file",
            paramLabel = "FILE",
            description = "The file's first line is the password for a --db that is a URL; others must not be able to"
                    + " read it. Without it, the file that PGPASSFILE names, or ~/.pgpass.")
    @Nullable
    Path dbPasswordFile;

    @Option(
            names = "--dh",
            paramLabel = "FILE",
            description =
                    "Diffie-Hellman parameters for the nodes, PEM; the" + " ffdhe2048 group of RFC 7919 if not given.")
    @Nullable
    Path dh;

    @Option(names = "--ca", paramLabel = "FILE", required = true, description = "Certificate of the CA, PEM.")
    Path ca = Path.of("");

    @Option(names = "--key", paramLabel = "FILE", required = true, description = "Private key of the CA, PEM.")
    Path key = Path.of("");

    @Option(
            names = "--mailhost",
            paramLabel = "HOST[:PORT]|FILE",
            description = "SMTP server that sends tokens, or an mbox file (an absolute path or an existing file)."
                    + " Without it nobody can ask for a token by mail.")
    @Nullable
    String mailhost;

    @Option(names = "--smtp-user", paramLabel = "NAME", description = "Name to log in to the SMTP server.")
    @Nullable
    String smtpUser;

    @Option(names = "--smtp-pwd", paramLabel = "PASSWORD", description = "Password to log in to the SMTP server.")
    @Nullable
    Password smtpPassword;

    @Option(names = "--smtp-starttls", description = "Encrypt the connection to the SMTP server.")
    boolean smtpStartTls;

    @Option(
            names = "--private",
            paramLabel = "IP",
            description = "Address at which the registry's node, which runs on this machine, is asked (default: ::1).")
    @Nullable
    String privateAddress;

    @Option(
            names = "--prefix-length",
            paramLabel = "BITS",
            description = "Length of the prefixes given for tokens; 0 disables tokens (default: ${DEFAULT-VALUE}).")
    int prefixLength = 16;

    @Option(
            names = "--anonymous-prefix-length",
            paramLabel = "BITS",
            description = "Length of the prefixes given without token; by default a token is needed.")
    @Nullable
    Integer anonymousPrefixLength;

    @Option(
            names = "--ipv4",
            arity = "2",
            paramLabel = "IP/N PLEN",
            description =
                    "Give each node an IPv4 subnet of N+PLEN bits in IP/N, by the serial of its certificate's subject.")
    List<String> ipv4 = new ArrayList<>();

    @Option(
            names = {"-l", "--logfile"},
            paramLabel = "FILE",
            description = "Log file; nothing for standard error (default: ${DEFAULT-VALUE}).")
    String logfile = "/var/log/re6stnet/registry.log";

    @Option(
            names = {"-r", "--run"},
            paramLabel = "DIR",
            description = "Where the registry's node has babeld.sock (default: ${DEFAULT-VALUE}).")
    Path run = Path.of("/var/run/re6stnet");

    @Option(
            names = {"-v", "--verbose"},
            paramLabel = "LEVEL",
            description = "0 nothing, 1 warnings, 2 information, 3 debug, 4 trace (default: ${DEFAULT-VALUE}).")
    int verbose = 1;

    @Option(
            names = "--min-protocol",
            paramLabel = "N",
            description = "Oldest protocol that nodes may speak (default: ${DEFAULT-VALUE}).")
    int minProtocol = 1;

    @Option(
            names = "--authorized-origin",
            paramLabel = "IP",
            description =
                    "Address from which private methods may be called, besides 127.0.0.1 and ::1; also the address"
                            + " of a proxy whose X-Forwarded-For is believed. May be repeated; an empty value removes"
                            + " those before it, 127.0.0.1 and ::1 too.")
    List<String> authorizedOrigin = new ArrayList<>();

    @Option(
            names = "--proxy",
            paramLabel = "IP",
            description = "Address of a proxy, even if it is an authorized origin: its X-Forwarded-For is believed, and"
                    + " what it forwards without one is not private. Other addresses have 500 connections at most. May"
                    + " be repeated.")
    List<String> proxy = new ArrayList<>();

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description = "Name by which this registry is reached, besides that of this machine: private methods are"
                    + " refused under any other (addresses and localhost are always right), and mails show the first."
                    + " May be repeated.")
    List<String> host = new ArrayList<>();

    @Option(names = "--home", paramLabel = "DIR", description = "Files to show in place of the public page.")
    @Nullable
    Path home;

    @Option(
            names = "--admin-password-file",
            paramLabel = "FILE",
            description =
                    "Switches on the pages below /admin/, for private origins: the file's first line is the password,"
                            + " of 12 characters or more. Others must not be able to read it.")
    @Nullable
    Path adminPasswordFile;

    @Option(
            names = "--community",
            paramLabel = "FILE",
            description =
                    "Which prefixes belong to which places: lines of the form BITS LOCATION..., a location being a"
                            + " country (FR), a continent (@EU) or * (elsewhere, on exactly one line).")
    @Nullable
    Path community;

    @Option(
            names = "--grace-period",
            paramLabel = "SECONDS",
            description = "How long tokens can be used, and prefixes stay reserved after their certificate ended"
                    + " (default: ${DEFAULT-VALUE}).")
    int gracePeriod = 8_640_000;

    @Option(
            names = "--hello",
            paramLabel = "SECONDS",
            description = "Babel's hello interval (default: ${DEFAULT-VALUE}).")
    int hello = 15;

    @Option(names = "--encrypt", description = "Encrypt what goes through tunnels.")
    boolean encrypt;

    @Option(
            names = "--client-count",
            paramLabel = "N",
            description = "How many tunnels a node makes (default: ${DEFAULT-VALUE}).")
    int clientCount = 10;

    @Option(
            names = "--max-clients",
            paramLabel = "N",
            description = "How many tunnels a node accepts (default: twice --client-count).")
    @Nullable
    Integer maxClients;

    @Option(
            names = "--tunnel-refresh",
            paramLabel = "SECONDS",
            description = "How often a node replaces one of its tunnels (default: ${DEFAULT-VALUE}).")
    int tunnelRefresh = 300;

    @Option(
            names = "--same-country",
            paramLabel = "CODE",
            description =
                    "Country whose nodes make tunnels among themselves only; needs a GeoIP database. May be repeated.")
    List<String> sameCountry = new ArrayList<>();

    Database database() {
        try {
            return readDatabase();
        } catch (UsageError e) {
            throw new IllegalStateException("was checked when the command line was complete", e);
        }
    }

    private Database readDatabase() throws UsageError {
        return Database.of(db(), Optional.ofNullable(dbPasswordFile));
    }

    String db() {
        return db == null ? Locations.DEFAULT_DB.toString() : db;
    }

    int maxClients() {
        return maxClients == null ? 2 * clientCount : maxClients;
    }

    @Override
    protected void complete(List<String> rest) throws UsageError {
        super.complete(rest);
        readDatabase();
        range("--port", port, 0, MAX_PORT);
        range("--prefix-length", prefixLength, 0, 128);
        range("--anonymous-prefix-length", anonymousPrefixLength == null ? 1 : anonymousPrefixLength, 1, 128);
        range("--min-protocol", minProtocol, 0, Protocol.VERSION);
        range("--grace-period", gracePeriod, 0, MAX_SECONDS);
        range("--hello", hello, 1, 655);
        range("--client-count", clientCount, 0, 65_535);
        range("--max-clients", maxClients(), 0, 65_535);
        range("--tunnel-refresh", tunnelRefresh, 1, MAX_SECONDS);
        if (ipv4Listen.isEmpty() && ipv6Listen.isEmpty()) {
            throw new UsageError("-4 and -6: nothing to listen on");
        }
        range("--tls-port", tlsPort, 0, MAX_PORT);
        if ((tlsCert == null) != (tlsKey == null)) {
            throw new UsageError("--tls-cert and --tls-key need each other");
        }
        if (tlsCert == null && (tlsOnly || tlsClientCa != null)) {
            throw new UsageError("--tls-only and --tls-client-ca need --tls-cert");
        }
        completeIpv4();
    }

    private static void range(String name, int value, int min, int max) throws UsageError {
        if (value < min || value > max) {
            throw new UsageError(name + " " + value + ": must be in " + min + ".." + max);
        }
    }

    private void completeIpv4() throws UsageError {
        if (ipv4.isEmpty()) {
            return;
        }
        // Of a repeated option the last one counts.
        ipv4 = ipv4.subList(ipv4.size() - 2, ipv4.size());
        String network = ipv4.get(0);
        int slash = network.indexOf('/');
        int length = slash < 0 ? -1 : PlainNumber.parse(network.substring(slash + 1), 32);
        Optional<Ip4> address = slash < 0 ? Optional.empty() : address(network.substring(0, slash));
        if (length < 0 || address.isEmpty()) {
            throw new UsageError("--ipv4 " + network + ": must be IP/N");
        }
        int subnet = PlainNumber.parse(ipv4.get(1), 32);
        if (subnet < 0 || length + subnet > 32) {
            throw new UsageError("--ipv4 " + network + " " + ipv4.get(1) + ": N + PLEN must not exceed 32");
        }
        ipv4 = List.of(address.get() + "/" + length, Integer.toString(subnet));
    }

    /** Compat: as for {@code inet_aton}, the last of fewer than four numbers fills what is left: {@code 10.42} is 10.0.0.42. */
    private static Optional<Ip4> address(String text) {
        String[] parts = text.split("\\.", 5);
        int last = parts.length - 1;
        if (last > 3) {
            return Optional.empty();
        }
        int value = 0;
        for (int i = 0; i < last; i++) {
            int number = PlainNumber.parse(parts[i], 255);
            if (number < 0) {
                return Optional.empty();
            }
            value |= number << (24 - 8 * i);
        }
        int rest = PlainNumber.parse(parts[last], last == 0 ? Integer.MAX_VALUE : (1 << (32 - 8 * last)) - 1);
        return rest < 0 ? Optional.empty() : Optional.of(new Ip4(value | rest));
    }
}
