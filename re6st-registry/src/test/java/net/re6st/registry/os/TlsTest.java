package net.re6st.registry.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import net.re6st.cli.Failure;
import net.re6st.net.Bytes;
import net.re6st.registry.core.Answer;
import net.re6st.registry.core.RpcRequest;
import net.re6st.rpc.RegistryAnswer;
import net.re6st.rpc.RegistryApi;
import net.re6st.rpc.RegistryClient;
import net.re6st.rpc.RegistryUrl;
import net.re6st.rpc.TlsTrust;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
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
    private Identity first;

    /** A key and its certificate, signed by itself. */
    private record Identity(KeyPair keys, X509Certificate certificate) {
        static Identity create(String name, String algorithm) throws Exception {
            KeyPair keys = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
            X500Name subject = new X500Name("CN=" + name);
            Instant now = Instant.now();
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    subject,
                    BigInteger.valueOf(now.toEpochMilli()),
                    Date.from(now.minusSeconds(60)),
                    Date.from(now.plusSeconds(3600)),
                    subject,
                    keys.getPublic());
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
            String signature = algorithm.equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
            return new Identity(
                    keys,
                    new JcaX509CertificateConverter()
                            .getCertificate(
                                    builder.build(new JcaContentSignerBuilder(signature).build(keys.getPrivate()))));
        }

        static String pem(Object what) throws IOException {
            StringWriter text = new StringWriter();
            try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
                writer.writeObject(what);
            }
            return text.toString();
        }

        void write(Path folder) throws IOException {
            Files.writeString(folder.resolve("tls.key"), pem(new JcaPKCS8Generator(keys.getPrivate(), null)));
            Files.writeString(folder.resolve("tls.crt"), pem(certificate));
        }
    }

    @BeforeEach
    void start() throws Exception {
        first = Identity.create("first", "RSA");
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
                        Optional.of(new JettyServer.TlsDoor(0, files(clientAuthority)))),
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

    private static Optional<TlsTrust> trust(Identity identity) throws IOException {
        return TlsTrust.ofPem(Identity.pem(identity.certificate()));
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
        assertThat(call(trust(Identity.create("first", "RSA")))).isInstanceOf(RegistryAnswer.Failed.class);
        assertThat(calls).isEmpty();
        assertThat(TlsTrust.ofPem("nothing")).isEmpty();
        assertThat(TlsTrust.ofPem("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"))
                .isEmpty();
    }

    @Test
    void takesFilesThatChangedAndKeepsTheOldOnesWhileTheyDoNotFit() throws Exception {
        Identity second = Identity.create("second", "EC");
        Files.writeString(directory.resolve("tls.crt"), Identity.pem(second.certificate()));
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
                Identity.pem(Identity.create("x", "RSA").certificate()));
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
        Identity client = Identity.create("admin", "RSA");
        Path authority = Files.writeString(directory.resolve("clients.crt"), Identity.pem(client.certificate()));
        server.close();
        serve(Optional.of(authority));
        exchange(Optional.of(client));
        exchange(Optional.empty());
        assertThat(calls.get(0).caller().certificateSubject()).contains("CN=admin");
        assertThat(calls.get(1).caller().certificateSubject()).isEmpty();
    }

    /** One request, maybe with a certificate. */
    private void exchange(Optional<Identity> client) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", first.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        if (client.isPresent()) {
            own.setKeyEntry("client", client.get().keys().getPrivate(), new char[0], new Certificate[] {
                client.get().certificate()
            });
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket("127.0.0.1", server.ports().get(1))) {
            socket.setSoTimeout(20_000);
            socket.startHandshake();
            System.err.println("DEBUG " + socket.getSession().getProtocol() + " "
                    + java.util.Arrays.toString(socket.getSession().getLocalCertificates()));
            socket.getOutputStream()
                    .write("GET /getCa HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200 ");
        }
    }
}
