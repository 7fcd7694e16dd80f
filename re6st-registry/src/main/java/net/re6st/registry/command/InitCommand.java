package net.re6st.registry.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.cli.UsageError;
import net.re6st.config.Value;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.DhParameters;
import net.re6st.crypto.DistinguishedName;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Network;
import net.re6st.registry.core.AuthorityIssuer;
import net.re6st.registry.os.JdkCaKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes all that a new network's registry needs. */
@Command(
        description = "Make a new network: the CA with its key, Diffie-Hellman parameters, and an option file for the"
                + " registry; says what to do next. Existing files are never replaced.")
final class InitCommand extends CommandOptions {
    private static final String CA = "ca.crt";
    private static final String KEY = "ca.key";
    private static final String DH = "dh2048.pem";
    private static final String CONFIG = "re6st-registry.conf";
    private static final Path SYSTEM_DIRECTORY = Path.of("/etc/re6stnet");
    private static final int MAX_BITS = 8192;
    private static final int MAX_DAYS = 36_500;

    /** For nodes whose clock is late. */
    private static final Duration EARLIER = Duration.ofDays(1);

    @Option(
            names = "--network",
            paramLabel = "IPV6/LENGTH",
            required = true,
            description = "The prefix of the network: a block that is yours, or one of your own choice in fd00::/8,"
                    + " such as 2001:db8:42::/48.")
    String network = "";

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where the files are made; made itself if missing (default: ${DEFAULT-VALUE}).")
    Path dir = SYSTEM_DIRECTORY;

    @Option(
            names = "--db",
            paramLabel = "FILE",
            description =
                    "Database of the registry (default: registry.db in /var/lib/re6st-registry, where a package has"
                            + " made that, or in /var/lib/re6stnet; in DIR if that is another directory).")
    @Nullable
    Path db;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the CA, its CN (default: re6st NETWORK).")
    @Nullable
    String name;

    @Option(
            names = "--email",
            paramLabel = "EMAIL",
            description = "E-mail address of the CA, the sender of the tokens that are mailed.")
    @Nullable
    String email;

    @Option(names = "--bits", paramLabel = "N", description = "Size of all RSA keys (default: ${DEFAULT-VALUE}).")
    int bits = 2048;

    @Option(
            names = "--days",
            paramLabel = "N",
            description = "How long the CA's certificate is valid (default: ${DEFAULT-VALUE}).")
    int days = 3650;

    private Optional<Network> parsed = Optional.empty();

    @Override
    void check() throws UsageError {
        parsed = Optional.of(NetworkText.parse(network));
        if (bits < RsaPrivateKey.MIN_BITS || bits > MAX_BITS || bits % 1024 != 0) {
            throw new UsageError(
                    "--bits " + bits + ": must be 2048, 3072, 4096 or another multiple of 1024 up to " + MAX_BITS);
        }
        if (days < 1 || days > MAX_DAYS) {
            throw new UsageError("--days " + days + ": must be in 1.." + MAX_DAYS);
        }
    }

    @Override
    int run(Report report) throws Failure {
        Network prefix = parsed.orElseThrow();
        Path directory = dir.toAbsolutePath().normalize();
        boolean isSystem = directory.equals(SYSTEM_DIRECTORY);
        Optional<ServiceAccount> service = isSystem ? ServiceAccount.find() : Optional.empty();
        Path database = Optional.ofNullable(db)
                .map(Path::toAbsolutePath)
                .or(() -> service.map(ServiceAccount::database))
                .orElse(isSystem ? Locations.DEFAULT_DB : directory.resolve("registry.db"));
        DistinguishedName subject = subject(prefix);
        refuseExisting(directory, database);
        RsaPrivateKey key = RsaPrivateKey.generate(bits, new SecureRandom());
        long now = Instant.now().getEpochSecond();
        CertificateAuthority authority = AuthorityIssuer.create(
                prefix,
                subject,
                key.publicKey(),
                new JdkCaKey(key),
                new AuthorityIssuer.Validity(
                        now - EARLIER.toSeconds(), now + Duration.ofDays(days).toSeconds()));
        Map<String, String> files = new LinkedHashMap<>();
        files.put(KEY, key.pem());
        files.put(CA, authority.certificate().pem());
        files.put(DH, DhParameters.FFDHE2048);
        files.put(CONFIG, configuration(prefix, directory, database, isSystem));
        write(directory, files);
        if (service.isPresent()) {
            service.get().letRead(directory.resolve(KEY));
        }
        tell(report, authority, directory, files.keySet().stream().toList(), service.isPresent());
        return 0;
    }

    private DistinguishedName subject(Network prefix) throws Failure {
        DistinguishedName subject = DistinguishedName.EMPTY
                .plus("CN", Optional.ofNullable(name).orElse("re6st " + prefix))
                .orElseThrow(() -> new Failure("--name: not possible as the name of a CA"));
        return email == null
                ? subject
                : subject.plus("emailAddress", email)
                        .orElseThrow(() -> new Failure("--email: not possible as an e-mail address"));
    }

    private static void refuseExisting(Path directory, Path database) throws Failure {
        for (Path path : List.of(
                directory.resolve(KEY),
                directory.resolve(CA),
                directory.resolve(DH),
                directory.resolve(CONFIG),
                database)) {
            if (Files.exists(path)) {
                throw new Failure(path + " exists, and is not replaced: name another directory with --dir");
            }
        }
    }

    private String configuration(Network prefix, Path directory, Path database, boolean isSystem) {
        List<String> lines = new ArrayList<>(List.of(
                "# The registry of " + prefix + ": see re6st-registry --help for all options.",
                "ca " + quoted(directory.resolve(CA)),
                "key " + quoted(directory.resolve(KEY)),
                "dh " + quoted(directory.resolve(DH)),
                "db " + quoted(database)));
        if (!isSystem) {
            lines.add("logfile " + quoted(directory.resolve("registry.log")));
        }
        lines.addAll(List.of(
                "",
                "# Mail tokens to those who ask for one:",
                "#mailhost localhost",
                "# Encrypt what goes through tunnels; without it they are authenticated only:",
                "#encrypt",
                "# Behind a proxy that does TLS:",
                "#4 127.0.0.1",
                "#6 ''",
                ""));
        return String.join("\n", lines);
    }

    private static String quoted(Path path) {
        String text = path.toString();
        return text.matches("[\\w./:@%+=,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    private static void write(Path directory, Map<String, String> files) throws Failure {
        List<Path> written = new ArrayList<>();
        try {
            Files.createDirectories(directory);
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = directory.resolve(file.getKey());
                SafeFile.create(path, file.getValue(), file.getKey().equals(KEY));
                written.add(path);
            }
        } catch (IOException e) {
            throw new Failure("can't make " + directory + ": " + e.getMessage());
        } catch (Failure e) {
            undo(written);
            throw e;
        }
    }

    private static void undo(List<Path> written) {
        for (Path path : written) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                System.err.println("can't delete " + path + ": " + e.getMessage());
            }
        }
    }

    private static void tell(
            Report report, CertificateAuthority authority, Path directory, List<String> files, boolean isService) {
        String config = directory.resolve(CONFIG).toString();
        String fingerprint = Descriptions.fingerprint(authority);
        List<String> next = List.of(
                isService ? "systemctl start re6st-registry" : "re6st-registry @" + config,
                "re6st-registry token add EMAIL --config " + config,
                "re6st-conf --registry http://localhost/ --fingerprint " + fingerprint
                        + " --email EMAIL --token TOKEN");
        if (report.isJson()) {
            report.json(
                    "network",
                    Report.members(
                            "network", Value.of(authority.network().toString()),
                            "fingerprint", Value.of(fingerprint),
                            "not_after",
                                    Report.time(
                                            authority.certificate().notAfter().getEpochSecond()),
                            "files",
                                    Value.of(files.stream()
                                            .map(file -> Value.of(
                                                    directory.resolve(file).toString()))
                                            .toList()),
                            "next", Value.of(next.stream().map(Value::of).toList())));
            return;
        }
        report.line("network " + authority.network() + ", valid until "
                + authority.certificate().notAfter());
        report.line("fingerprint of the CA: " + fingerprint);
        files.forEach(file -> report.line("wrote " + directory.resolve(file)));
        report.line("");
        report.line("Keep a copy of " + directory.resolve(KEY) + " elsewhere: without it the network can't be saved.");
        report.line("");
        report.line("Next:");
        report.line("  1. run the registry:");
        report.line("       " + next.get(0));
        report.line(
                "  2. the first certificate is that of the registry's own node: on this machine, in its directory,");
        report.line("       " + next.get(1));
        report.line("       " + next.get(2));
        report.line("       re6stnet @re6stnet.conf");
        report.line("  3. the same on every other machine, with the address of this one instead of localhost");
    }
}
