package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes join and start by way of HTTPS, with a certificate that only they were told to trust. */
@ExtendWith(KeepLogs.class)
final class HttpsIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Test
    void nodesJoinAndStart() throws Exception {
        try (ReNetwork network = ReNetwork.build(NetworkPlan.of(2))) {
            LabRegistry registry = network.registry();
            Path certificate = network.lab().directory().resolve("tls.crt");
            Path key = network.lab().directory().resolve("tls.key");
            Command.of(
                            "openssl",
                            "req",
                            "-x509",
                            "-newkey",
                            "rsa:2048",
                            "-nodes",
                            "-days",
                            "9",
                            "-subj",
                            "/CN=registry",
                            "-addext",
                            "subjectAltName=IP:" + registry.address(),
                            "-keyout",
                            key.toString(),
                            "-out",
                            certificate.toString())
                    .output();
            registry.useHttps(certificate);
            network.startRegistry(List.of("--tls-cert", certificate.toString(), "--tls-key", key.toString()));
            assertThat(strangerIsTold(network)).contains("certificate");
            network.enrol();
            for (LabNode node : network.nodes()) {
                Path configuration = node.host().directory().resolve("etc");
                assertThat(Files.readString(configuration.resolve("re6stnet.conf")))
                        .contains("registry https://" + registry.address())
                        .contains("tls-ca " + certificate);
            }
            network.startNodes();
            Figures.print("by HTTPS: all reach each other after %.1f s"
                    .formatted(network.awaitFirstReachability(LIMIT).toMillis() / 1e3));
            // It trusts what the daemon was told to trust.
            assertThat(new DoctorRun(network.node(1)).of("registry"))
                    .singleElement()
                    .satisfies(finding ->
                            assertThat(finding.get("level").getAsString()).isEqualTo("ok"));
        }
    }

    /** Who does not trust the certificate joins nothing. */
    private static String strangerIsTold(ReNetwork network) throws IOException {
        Host host = network.node(2).host();
        Path folder = Files.createDirectory(host.directory().resolve("stranger"));
        Command.Result result = host.command(
                        Programs.conf(),
                        "--registry",
                        network.registry().url(),
                        "-d",
                        folder.toString(),
                        "--token",
                        "t")
                .run();
        assertThat(result.status()).isEqualTo(1);
        return result.output();
    }
}
