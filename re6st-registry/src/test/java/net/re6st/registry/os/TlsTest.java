package net.re6st.registry.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLSocket;
import net.re6st.cli.Failure;
import net.re6st.net.Bytes;
import net.re6st.registry.TlsIdentity;
import net.re6st.registry.core.Answer;
import net.re6st.registry.core.Origins;
import net.re6st.registry.core.RpcRequest;
import net.re6st.rpc.RegistryAnswer;
import net.re6st.rpc.RegistryApi;
import net.re6st.rpc.RegistryClient;
import net.re6st.rpc.RegistryUrl;
import net.re6st.rpc.TlsTrust;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsTest {
    private static final String AGENT = "re6stnet/1, test";

    @TempDir
    private Path directory;

    private final List<RpcRequest> calls = new CopyOnWriteArrayList<>();
    private JettyServer server;
    private TlsIdentity first;

    @BeforeEach
    void start() throws Exception {
        first = TlsIdentity.create("first", "RSA");
        first.write(directory);
        serve(Optional.empty());
    }

    private TlsFiles files(Optional<Path> clientAuthority) {
        return new TlsFiles(directory.resolve("tls.crt"), directory.resolve("tls.key"), clientAuthority);
    }

    private void serve(Optional<Path> clientAuthority) throws Exception {
        server = JettyServer.start(
                new JettyServer.Doors(
                        List.of(InetAddress.getByAddress(new byte[] {127, 0, 0, 1})),
                        OptionalInt.of(0),
                        Optional.of(new JettyServer.TlsDoor(0, files(clientAuthority))),
                        new Origins(Set.of("127.0.0.1"), Set.of(), Set.of())),
                new JettyServer.Services(
                        request -> {
                            calls.add(request);
                            return new Answer(
                                    200,
                                    Bytes.ofLatin1("body"),
                                    Optional.empty(),
                                    Optional.empty(),
                                    OptionalLong.empty());
                        },
                        Optional.empty(),
                        Optional.empty()),
                Connections.Rules.USUAL,
                Duration.ofMillis(20));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RegistryAnswer call(Optional<TlsTrust> trust) {
        RegistryUrl url = new RegistryUrl(true, "127.0.0.1", server.ports().get(1), "");
        return RegistryClient.of(url, AGENT, trust).call(RegistryApi.GET_CA);
    }

    private static Optional<TlsTrust> trust(TlsIdentity identity) throws IOException {
        return TlsTrust.ofPem(TlsIdentity.pem(identity.certificate()));
    }

    @Test
    void servesBothAndTheClientTrustsWhomItIsTold() throws Exception {
        assertThat(call(trust(first)).result()).contains(Bytes.ofLatin1("body"));
        RegistryUrl plain = new RegistryUrl(false, "127.0.0.1", server.ports().get(0), "");
        assertThat(RegistryClient.of(plain, AGENT).call(RegistryApi.GET_CA).result())
                .isPresent();
        assertThat(calls.get(0).target()).isEqualTo("/getCa");
    }

    @Test
    void theClientRefusesEverybodyElse() throws Exception {
        assertThat(call(Optional.empty())).isInstanceOf(RegistryAnswer.Failed.class);
        assertThat(call(trust(TlsIdentity.create("first", "RSA")))).isInstanceOf(RegistryAnswer.Failed.class);
        assertThat(calls).isEmpty();
        assertThat(TlsTrust.ofPem("nothing")).isEmpty();
        assertThat(TlsTrust.ofPem("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"))
                .isEmpty();
    }

    @Test
    void takesFilesThatChangedAndKeepsTheOldOnesWhileTheyDoNotFit() throws Exception {
        TlsIdentity second = TlsIdentity.create("second", "EC");
        Files.writeString(directory.resolve("tls.crt"), TlsIdentity.pem(second.certificate()));
        assertThat(call(trust(first)).result()).isPresent();
        second.write(directory);
        boolean taken = false;
        for (int i = 0; i < 1000 && !taken; i++) {
            taken = call(trust(second)).result().isPresent();
            Thread.sleep(taken ? 0 : 10);
        }
        assertThat(taken).isTrue();
        assertThat(call(trust(first)).result()).isEmpty();
    }

    @Test
    void refusesFilesThatDoNotFitWithAReason() throws Exception {
        Files.writeString(
                directory.resolve("tls.crt"),
                TlsIdentity.pem(TlsIdentity.create("x", "RSA").certificate()));
        assertThatThrownBy(() -> files(Optional.empty()).read())
                .isInstanceOf(Failure.class)
                .hasMessageContaining("is not the key of");
        Files.writeString(directory.resolve("tls.crt"), "junk");
        assertThatThrownBy(() -> files(Optional.empty()).read()).isInstanceOf(Failure.class);
        first.write(directory);
        Files.writeString(directory.resolve("tls.key"), "junk");
        assertThatThrownBy(() -> files(Optional.empty()).read())
                .isInstanceOf(Failure.class)
                .hasMessageContaining("no private key");
        Files.delete(directory.resolve("tls.key"));
        assertThatThrownBy(() -> files(Optional.empty()).read()).hasMessageContaining("can't read");
    }

    @Test
    void tellsWhomAClientsCertificateNames() throws Exception {
        TlsIdentity client = TlsIdentity.create("admin", "RSA");
        Path authority = Files.writeString(directory.resolve("clients.crt"), TlsIdentity.pem(client.certificate()));
        server.close();
        serve(Optional.of(authority));
        exchange(Optional.of(client));
        exchange(Optional.empty());
        assertThat(calls.get(0).caller().certificateSubject()).contains("CN=admin");
        assertThat(calls.get(1).caller().certificateSubject()).isEmpty();
    }

    /** One request, maybe with a certificate. */
    private void exchange(Optional<TlsIdentity> client) throws Exception {
        try (SSLSocket socket = (SSLSocket) first.trustedBy(client)
                .getSocketFactory()
                .createSocket("127.0.0.1", server.ports().get(1))) {
            socket.setSoTimeout(20_000);
            socket.startHandshake();
            socket.getOutputStream()
                    .write("GET /getCa HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200 ");
        }
    }
}
