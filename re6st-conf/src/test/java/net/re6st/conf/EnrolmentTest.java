package net.re6st.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.re6st.cli.Failure;
import net.re6st.cli.Program;
import net.re6st.cli.UsageError;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.DhParameters;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Moment;
import net.re6st.rpc.RegistryAnswer;
import net.re6st.testing.Seeds;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrolmentTest {
    private static final String REGISTRY = "http://registry.example.org/";

    private final FakeSurroundings outside = new FakeSurroundings();
    private String authorityPem;
    private String certificatePem;

    @TempDir
    Path home;

    @BeforeEach
    void prepareARegistryThatAccepts() {
        JsonObject file = Vectors.json("files.json");
        JsonObject node = file.getAsJsonObject("cache").getAsJsonObject("node");
        authorityPem = file.getAsJsonObject("ca").get("pem").getAsString();
        certificatePem = node.get("cert").getAsString();
        outside.authority = FakeSurroundings.result(authorityPem);
        outside.certificate = FakeSurroundings.result(certificatePem);
        outside.key = RsaPrivateKey.ofPem(node.get("key").getAsString()).orElseThrow();
    }

    @Test
    void writesTheParametersOfTheRegistryIfItHasSome() throws Exception {
        outside.dh = FakeSurroundings.result(DhParameters.FFDHE2048 + "\n");
        run("--anonymous");
        assertThat(home.resolve(ConfFiles.DH)).hasContent(DhParameters.FFDHE2048 + "\n");
    }

    @Test
    void keepsParametersThatAreThereWhenTheRegistryHasNone() throws Exception {
        Files.writeString(home.resolve(ConfFiles.DH), "mine");
        outside.dh = FakeSurroundings.result("junk");
        run("--anonymous");
        assertThat(home.resolve(ConfFiles.DH)).hasContent("mine");
    }

    @Test
    void leavesEarlierFilesAloneWhenTheRegistryRefuses() throws Exception {
        Files.writeString(home.resolve(ConfFiles.CA), "earlier CA");
        Files.writeString(home.resolve(ConfFiles.CERTIFICATE), certificatePem);
        Files.writeString(home.resolve(ConfFiles.KEY), outside.key.pem());
        outside.certificate = new RegistryAnswer.Refused("no prefix left");
        assertThatThrownBy(() -> run("--token", "abc"))
                .hasMessageStartingWith("the registry gives no certificate: no prefix left")
                .hasMessageEndingWith("The token may be used again: re6st-conf --registry " + REGISTRY + " -d " + home
                        + " --token abc");
        assertThat(home.resolve(ConfFiles.CA)).hasContent("earlier CA");
        assertThat(home.resolve(ConfFiles.CERTIFICATE)).hasContent(certificatePem);
        assertThat(names()).containsExactly(ConfFiles.CA, ConfFiles.CERTIFICATE, ConfFiles.KEY);
    }

    @Test
    void tellsTheNodeOfEveryRegistry() throws Exception {
        run("--registry", "https://other.example/base", "--anonymous");
        assertThat(home.resolve(ConfFiles.CONFIGURATION))
                .content()
                .startsWith("registry " + REGISTRY + "\nregistry https://other.example/base\nca ca.crt\n");
        outside.certificate = new RegistryAnswer.Failed("gone");
        assertThatThrownBy(() -> run("--registry", "https://other.example/base", "--token", "abc"))
                .hasMessageContaining("re6st-conf --registry " + REGISTRY + " --registry https://other.example/base -d "
                        + home + " --token abc");
        outside.authority = new RegistryAnswer.Failed("gone");
        assertThatThrownBy(() -> run("--registry", "https://other.example/base", "--anonymous"))
                .hasMessage("no CA certificate from " + REGISTRY + ", https://other.example/base: gone");
    }

    private String authoritySha256() {
        return CertificateAuthority.ofPem(authorityPem)
                .orElseThrow()
                .certificate()
                .fingerprint("sha256")
                .orElseThrow()
                .toHex();
    }

    /** Else it would be another network, or another directory. */
    @Test
    void theAdviceRepeatsWhatWasAsked() throws Exception {
        String sha256 = authoritySha256();
        outside.certificate = new RegistryAnswer.Failed("gone");
        assertThatThrownBy(() -> run(
                        "--fingerprint",
                        "sha256:" + sha256,
                        "-r",
                        "O",
                        "Anna's & Co",
                        "--location",
                        "fr,eu",
                        "--tls-ca",
                        "my ca.pem",
                        "--token",
                        "abc"))
                .hasMessageContaining(" --tls-ca 'my ca.pem' --fingerprint sha256:" + sha256 + " -d " + home
                        + " -r O 'Anna'\\''s & Co' --location FR,EU --token abc");
    }

    /** The disk is full, say: the certificate is there, and so is the token's use. */
    @Test
    void whatIsMissingAfterTheCertificateCanBeHadWithTheSameToken() throws Exception {
        Files.createDirectory(home.resolve(ConfFiles.DH));
        outside.dh = FakeSurroundings.result(DhParameters.FFDHE2048);
        assertThatThrownBy(() -> run("--token", "abc"))
                .isInstanceOf(Failure.class)
                .hasMessageStartingWith(home.resolve(ConfFiles.DH) + " is a directory")
                .hasMessageContaining("The certificate is there")
                .hasMessageEndingWith(" -d " + home + " --token abc");
        assertThat(home.resolve(ConfFiles.CERTIFICATE)).hasContent(certificatePem);
    }

    @Test
    void theConfigurationIsReadAsItIsMeant() throws Exception {
        Path authority = home.resolve("it's mine #1.pem");
        run("--anonymous", "--registry", "http://r/a'b", "--tls-ca", authority.toString());
        Program<ConfOptions> reader = Program.withOptionFiles("re6stnet", ConfOptions::new);
        List<String> lines = Files.readAllLines(home.resolve(ConfFiles.CONFIGURATION)).stream()
                .filter(line -> line.startsWith("registry ") || line.startsWith("tls-ca "))
                .toList();
        Path file = Files.write(home.resolve("options"), lines);
        ConfOptions read = reader.parse(List.of("@" + file), home);
        assertThat(read.registries()).containsExactly(REGISTRY, "http://r/a'b");
        assertThat(read.tlsCa()).contains(authority);
    }

    /** As of a registry on this host, which is not root. */
    @Test
    void keepsTheOwnerOfAFileThatItReplaces() throws Exception {
        Path parameters = Files.writeString(home.resolve(ConfFiles.DH), "earlier");
        assumeTrue(Files.getOwner(parameters).getName().equals("root"));
        PosixFileAttributeView view = Files.getFileAttributeView(parameters, PosixFileAttributeView.class);
        view.setGroup(home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName("daemon"));
        view.setOwner(home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("daemon"));
        view.setPermissions(PosixFilePermissions.fromString("rw-r-----"));
        outside.dh = FakeSurroundings.result(DhParameters.FFDHE2048);
        run("--anonymous");
        PosixFileAttributes attributes = Files.readAttributes(parameters, PosixFileAttributes.class);
        assertThat(attributes.owner().getName()).isEqualTo("daemon");
        assertThat(attributes.group().getName()).isEqualTo("daemon");
        assertThat(PosixFilePermissions.toString(attributes.permissions())).isEqualTo("rw-r-----");
        assertThat(parameters).hasContent(DhParameters.FFDHE2048);
    }

    @Test
    void writesCountriesInCapitals() throws Exception {
        run("--anonymous", "--location", "fr,eu");
        assertThat(home.resolve(ConfFiles.CONFIGURATION)).content().contains("\ncountry FR\n");
        assertThat(outside.calls)
                .filteredOn(call -> call.get(0).equals("requestCertificate"))
                .singleElement()
                .satisfies(call -> assertThat(call).endsWith("FR,EU"));
    }

    @Test
    void refusesToManyOrWrongRegistries() {
        assertThatThrownBy(() -> run("--registry", "nonsense")).hasMessageContaining("nonsense");
        String[] many = IntStream.range(0, 8)
                .boxed()
                .flatMap(i -> Stream.of("--registry", "http://r" + i))
                .toArray(String[]::new);
        assertThatThrownBy(() -> run(many)).hasMessage("--registry: 9 URLs, not more than 8");
    }

    @Test
    void replacesTheAuthorityOfAnotherNetworkOnceTheCertificateIsThere() throws Exception {
        Files.writeString(home.resolve(ConfFiles.CA), "earlier CA");
        run("--anonymous");
        assertThat(home.resolve(ConfFiles.CA)).hasContent(authorityPem);
    }

    @Test
    void removesAnEmptyCertificateWhenTheTokenIsUnknown() throws Exception {
        Files.createFile(home.resolve(ConfFiles.CERTIFICATE));
        outside.certificate = FakeSurroundings.result("");
        assertThatThrownBy(() -> run("--token", "abc")).hasMessage("Error: invalid or expired token");
        assertThat(home.resolve(ConfFiles.CERTIFICATE)).doesNotExist();
    }

    @Test
    void doesNotSpendTheTokenWhenTheCertificateCannotBeWritten() throws Exception {
        Files.createDirectory(home.resolve(ConfFiles.CERTIFICATE));
        assertThatThrownBy(() -> run("--token", "abc")).isInstanceOf(Failure.class);
        assertThat(outside.calls).hasSize(1);
    }

    @Test
    void keepsTheModeOfAFileThatItReplaces() throws Exception {
        Path certificate = Files.writeString(home.resolve(ConfFiles.CERTIFICATE), certificatePem);
        Files.setPosixFilePermissions(certificate, PosixFilePermissions.fromString("rw-rw----"));
        run("--anonymous");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(certificate)))
                .isEqualTo("rw-rw----");
    }

    @Test
    void writesThroughASymbolicLink() throws Exception {
        Path elsewhere = Files.createDirectory(home.resolve("elsewhere"));
        Path target = Files.writeString(elsewhere.resolve("key.pem"), outside.key.pem());
        Files.createSymbolicLink(home.resolve(ConfFiles.KEY), target);
        Path certificate = Files.writeString(elsewhere.resolve("cert.pem"), certificatePem);
        Files.createSymbolicLink(home.resolve(ConfFiles.CERTIFICATE), certificate);
        run("--anonymous", "-r", "O", "x");
        assertThat(home.resolve(ConfFiles.CERTIFICATE)).isSymbolicLink();
        assertThat(certificate).hasContent(certificatePem);
    }

    @Test
    void acceptsTheFingerprintOfTheAuthority() throws Exception {
        String sha256 = authoritySha256();
        assertThat(run("--ca-only", "--fingerprint", "sha256:" + sha256)).isZero();
        assertThat(outside.said).isEmpty();
        assertThat(run("--ca-only", "--fingerprint", "SHA256:" + sha256.toUpperCase(java.util.Locale.ROOT)))
                .isZero();
        for (String malformed :
                new String[] {"", ":", "sha256", "sha256:", "nosuch:00", "sha256:0", "sha1:" + sha256}) {
            assertThatThrownBy(() -> run("--ca-only", "--fingerprint", malformed))
                    .as(malformed)
                    .isInstanceOf(UsageError.class);
        }
    }

    @Test
    void saysWhetherItIsNeededAndWritesNothing() throws Exception {
        String network = CertificateAuthority.ofPem(authorityPem)
                .orElseThrow()
                .network()
                .address()
                .toString();
        outside.route = network + " from :: via fe80::1 dev eth0 src " + network + "5 metric 1024";
        assertThat(run("--is-needed")).isEqualTo(1);
        outside.route = "RTNETLINK answers: Network is unreachable";
        assertThat(run("--is-needed")).isZero();
        assertThat(names()).isEmpty();
    }

    @Test
    void requestsTheSubjectInTheOrderOfTheOldOneThenOfTheOptions() throws Exception {
        outside.certificate = FakeSurroundings.result("");
        assertThatThrownBy(() -> run(
                        "--anonymous", "-r", "organizationName", "A", "-r", "C", "FR", "-r", "OU", "", "-r", "O", "B"))
                .hasMessage("Error: invalid or expired token");
        String request = outside.calls.get(outside.calls.size() - 1).get(2);
        assertThat(net.re6st.crypto.CertificateRequest.ofPem(request)
                        .orElseThrow()
                        .subject())
                .hasToString("C=FR, O=B");
        assertThatThrownBy(() -> run("--anonymous", "-r", "nosuch", "A")).hasMessage("-r nosuch: no such attribute");
        assertThatThrownBy(() -> run("--anonymous", "-r", "commonName", "A"))
                .hasMessage("commonName field is reserved.");
    }

    @Test
    void asksOnceForWhatIsMissingAndFailsAtTheEndOfTheInput() {
        outside.answers.addAll(List.of("", "me@example.org", ""));
        assertThatThrownBy(() -> run()).isInstanceOf(Failure.class).hasMessageContaining("end of input");
        assertThat(outside.calls).contains(List.of("requestToken", "me@example.org"));
    }

    @Test
    void keepsACertificateThatTheClockCallsExpired() throws Exception {
        outside.now = new Moment(0, 0);
        assertThat(run("--token", "abc")).isZero();
        assertThat(outside.said).anyMatch(text -> text.startsWith("warning: By the clock"));
    }

    @Test
    void survivesAHostileRegistry() throws Exception {
        Seeds.forEach(300, (seed, random) -> {
            byte[] junk = new byte[random.nextInt(60)];
            random.nextBytes(junk);
            StringBuilder pem = new StringBuilder(random.nextBoolean() ? authorityPem : certificatePem);
            for (int i = 0; i < 3; i++) {
                pem.setCharAt(random.nextInt(pem.length()), (char) random.nextInt(128));
            }
            String answer = random.nextInt(3) == 0
                    ? new String(junk, java.nio.charset.StandardCharsets.ISO_8859_1)
                    : pem.toString();
            outside.authority = FakeSurroundings.result(random.nextBoolean() ? authorityPem : answer);
            outside.certificate = FakeSurroundings.result(answer);
            try {
                run("--anonymous");
            } catch (Failure e) {
                assertThat(e.status()).isEqualTo(1);
            }
            Files.deleteIfExists(home.resolve(ConfFiles.CERTIFICATE));
        });
    }

    private int run(String... options) throws UsageError, Failure {
        List<String> argv = new ArrayList<>(List.of("--registry", REGISTRY, "-d", home.toString()));
        argv.addAll(List.of(options));
        ConfOptions parsed = Program.of("re6st-conf", ConfOptions::new).parse(argv, home);
        return new Enrolment(parsed, ConfFiles.in(parsed.directory()), outside).run();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(home)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
