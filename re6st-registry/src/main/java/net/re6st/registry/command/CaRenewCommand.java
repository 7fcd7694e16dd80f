package net.re6st.registry.command;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import net.re6st.cli.Failure;
import net.re6st.cli.UsageError;
import net.re6st.config.Value;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.registry.core.CurrentAuthority;
import net.re6st.registry.core.Maintenance;
import net.re6st.registry.core.Occasion;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Gives the CA's certificate a later end. */
@Command(
        description = "Give the CA's certificate a later end, with the same key. The new certificate goes into the"
                + " database, where running registries find it within a second, and replaces the file. Nodes fetch it"
                + " by themselves in the last 30 days of the old one; no tunnel is interrupted. The fingerprint"
                + " changes: publish the new one for those who join.")
final class CaRenewCommand extends DatabaseCommand {
    private static final int MAX_DAYS = 36_500;

    @Option(
            names = "--days",
            paramLabel = "N",
            description = "How long the new certificate is valid, from now (default: as long as the old one was).")
    @Nullable
    Integer days;

    @Override
    void check() throws UsageError {
        if (days != null && (days < 1 || days > MAX_DAYS)) {
            throw new UsageError("--days " + days + ": must be in 1.." + MAX_DAYS);
        }
    }

    @Override
    int run(Report report) throws Failure {
        try (OpenRegistry registry = OpenRegistry.open(locations())) {
            CertificateAuthority old = registry.authority().authority();
            Certificate certificate = old.certificate();
            Duration lifetime = days == null
                    ? Duration.between(certificate.notBefore(), certificate.notAfter())
                    : Duration.ofDays(days);
            Occasion occasion = OpenRegistry.occasion();
            Instant end = Instant.ofEpochSecond(occasion.unixSeconds()).plus(lifetime);
            if (!end.isAfter(certificate.notAfter())) {
                throw new Failure("the certificate is valid until " + certificate.notAfter()
                        + " already: name more days than that with --days");
            }
            Maintenance maintenance = registry.maintenance(locations());
            Path file = locations()
                    .ca()
                    .orElseThrow(() -> new Failure("the CA's file is needed: name it with --ca, or the registry's"
                            + " option file with --config"));
            try (SafeFile replaced = SafeFile.replace(file)) {
                CertificateAuthority renewed = maintenance.renewAuthority(old, end.getEpochSecond(), occasion);
                replaced.commit(renewed.certificate().pem());
                tell(report, renewed, file);
            }
            return 0;
        }
    }

    private static void tell(Report report, CertificateAuthority renewed, Path file) {
        if (report.isJson()) {
            report.json(
                    "ca",
                    Report.members(
                            "ca", Descriptions.authority(new CurrentAuthority(renewed), OpenRegistry.now()),
                            "file", Value.of(file.toString())));
        } else {
            report.line("the CA's certificate is valid until "
                    + renewed.certificate().notAfter());
            report.line("fingerprint " + Descriptions.fingerprint(renewed));
            report.line("wrote " + file);
        }
    }
}
