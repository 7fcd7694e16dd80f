package net.re6st.conf;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.re6st.cli.Failure;
import net.re6st.cli.Program;
import net.re6st.cli.UsageError;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.CertificateRequest;
import net.re6st.crypto.DhParameters;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Moment;
import net.re6st.rpc.RegistryAnswer;
import net.re6st.testing.CertificateFacts;
import net.re6st.testing.KeyFacts;
import net.re6st.testing.Vectors;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replays conf.json: same calls to the registry, same files, same endings. Deviations: dh2048.pem is fetched and written, the
 * serialNumber of an old certificate is not requested again and that of {@code -r} refused, {@code --is-needed} works.
 */
class ConfVectorTest {
    private static final String SERIAL_NUMBER = "serialNumber";
    private static final List<String> CASE_KEYS = List.of(
            "note",
            "argv",
            "answers_to_questions",
            "files_before",
            "exit",
            "registry_calls",
            "files_after",
            "certificate",
            "output_of_ip_route_get",
            "should_exit");

    /** How the original ended, and what we say then. */
    private static final Map<String, String> MESSAGES = Map.of(
            "exception HTTPError", "the registry (sends no token|gives no certificate): Forbidden.*",
            "exception Error", ".*/cert.(key|crt) is no .*",
            "exception FileNotFoundError", "no such directory: .*/nosuchdir");

    private final JsonObject file = Vectors.json("conf.json");
    private final String authorityPem = file.getAsJsonObject("ca").get("pem").getAsString();

    @TempDir
    Path directory;

    @Test
    void knowsTheWholeFile() {
        assertThat(Vectors.unknownKeys(file, List.of("about", "ca", "cases"))).isEmpty();
        JsonObject ca = file.getAsJsonObject("ca");
        assertThat(Vectors.unknownKeys(ca, List.of("pem", "key"))).isEmpty();
        RsaPrivateKey key = KeyFacts.checked(ca.get("key").getAsString());
        assertThat(authority().certificate().publicKey()).isEqualTo(key.publicKey());
    }

    @Test
    void doesWhatTheOriginalDoes() {
        int[] number = {0};
        Vectors.forEach(file, "cases", recorded -> {
            assertThat(Vectors.unknownKeys(recorded, CASE_KEYS)).isEmpty();
            try {
                replay(recorded, Files.createDirectory(directory.resolve("case" + number[0]++)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private void replay(JsonObject recorded, Path home) throws IOException {
        List<String> argv = new ArrayList<>(Vectors.strings(recorded.get("argv")));
        assertThat(argv.remove(0)).isEqualTo("re6st-conf");
        if (argv.contains(SERIAL_NUMBER)) {
            assertThat(run(argv, prepare(recorded), home)).isEqualTo("serialNumber field is reserved.");
            Files.delete(home.resolve(ConfFiles.CA));
            dropSerialNumber(argv, recorded);
        }
        for (Map.Entry<String, JsonElement> before :
                recorded.getAsJsonObject("files_before").entrySet()) {
            Files.writeString(home.resolve(before.getKey()), before.getValue().getAsString());
        }
        checkInputs(recorded, argv);
        FakeSurroundings outside = prepare(recorded);
        String exit = run(argv, outside, home);

        compareExit(recorded, exit);
        compareCalls(recorded, outside, home);
        compareFiles(recorded, home);
        assertThat(outside.answers).isEmpty();
    }

    /** The rest of the case must be as without the option that we refuse. */
    private static void dropSerialNumber(List<String> argv, JsonObject recorded) {
        int at = argv.indexOf(SERIAL_NUMBER);
        String value = argv.get(at + 1);
        assertThat(argv.get(at - 1)).isEqualTo("-r");
        argv.subList(at - 1, at + 2).clear();
        assertThat(recorded.get("registry_calls").toString()).contains("[\"serialNumber\",\"" + value + "\"]");
    }

    /** What is given must be what it is meant to be: an old certificate of this network, almost its fingerprint. */
    private void checkInputs(JsonObject recorded, List<String> argv) {
        Certificate ca = authority().certificate();
        JsonElement old = recorded.getAsJsonObject("files_before").get(ConfFiles.CERTIFICATE);
        if (old != null && !old.getAsString().equals("garbage")) {
            Certificate certificate = Certificate.ofPem(old.getAsString()).orElseThrow();
            assertThat(authority()
                            .lenient(certificate, new Moment(0, Long.MAX_VALUE))
                            .isValid())
                    .isTrue();
        }
        int fingerprint = argv.indexOf("--fingerprint");
        boolean malformed = recorded.get("exit").getAsString().equals("2");
        if (fingerprint >= 0 && malformed && argv.get(fingerprint + 1).matches("sha1:[0-9a-f]{38}.?.?")) {
            assertThat("sha1:" + ca.fingerprint().toHex())
                    .startsWith(argv.get(fingerprint + 1).substring(0, 43));
        }
    }

    private FakeSurroundings prepare(JsonObject recorded) {
        FakeSurroundings outside = new FakeSurroundings();
        JsonObject after = recorded.getAsJsonObject("files_after");
        String exit = recorded.get("exit").getAsString();
        RegistryAnswer refused = new RegistryAnswer.Refused("Forbidden");
        outside.authority = FakeSurroundings.result(authorityPem);
        outside.key = text(after, ConfFiles.KEY) == null ? null : KeyFacts.checked(text(after, ConfFiles.KEY));
        boolean answered = text(after, ConfFiles.CERTIFICATE) != null;
        if (exit.equals("exception HTTPError")) {
            outside.token = refused;
            outside.certificate = refused;
        } else {
            outside.certificate = FakeSurroundings.result(answered ? text(after, ConfFiles.CERTIFICATE) : "");
        }
        if (recorded.has("output_of_ip_route_get")) {
            outside.route = recorded.get("output_of_ip_route_get").getAsString();
        }
        for (String answer : Vectors.strings(recorded.get("answers_to_questions"))) {
            outside.answers.add(answer.equals("{the token that was mailed}") ? mailedToken(recorded) : answer);
        }
        return outside;
    }

    private static String mailedToken(JsonObject recorded) {
        JsonArray calls = recorded.getAsJsonArray("registry_calls");
        String token = calls.get(calls.size() - 1).getAsJsonArray().get(1).getAsString();
        assertThat(token).matches("[a-z]{8}");
        return token;
    }

    /** The exit status, or the message that goes with status 1. */
    private String run(List<String> argv, FakeSurroundings outside, Path home) {
        List<String> absolute = new ArrayList<>(argv);
        int d = absolute.indexOf("-d");
        if (d >= 0) {
            absolute.set(d + 1, home.resolve(absolute.get(d + 1)).toString());
        } else {
            absolute.addAll(List.of("-d", home.toString()));
        }
        try {
            ConfOptions options = Program.of("re6st-conf", ConfOptions::new).parse(absolute, home);
            ConfFiles files = ConfFiles.in(options.directory());
            outside.calls.add(List.of("connect", String.join(" ", options.registries())));
            return Integer.toString(new Enrolment(options, files, outside).run());
        } catch (UsageError e) {
            return "2";
        } catch (Failure e) {
            assertThat(e.status()).isEqualTo(1);
            return e.getMessage();
        }
    }

    private static void compareExit(JsonObject recorded, String exit) {
        String expected = recorded.get("exit").getAsString();
        if (recorded.has("should_exit")) {
            assertThat(expected).isEqualTo("exception TypeError");
            assertThat(exit).isEqualTo(recorded.get("should_exit").getAsString());
        } else if (expected.startsWith("exception ")) {
            assertThat(MESSAGES).containsKey(expected);
            assertThat(exit.lines().findFirst().orElse("")).matches(MESSAGES.get(expected));
        } else {
            assertThat(exit).isEqualTo(expected);
        }
    }

    private void compareCalls(JsonObject recorded, FakeSurroundings outside, Path home) throws IOException {
        List<List<String>> made = new ArrayList<>(outside.calls);
        Path certificate = home.resolve(ConfFiles.CERTIFICATE);
        if (recorded.get("exit").getAsString().equals("0") && Files.exists(certificate)) {
            String prefix = Certificate.ofPem(Files.readString(certificate))
                    .orElseThrow()
                    .prefix()
                    .orElseThrow()
                    .bits();
            assertThat(made.remove(made.size() - 1)).containsExactly("getDh", prefix);
        }
        if (recorded.has("should_exit")) {
            String network = authority().network().address().toString();
            assertThat(made.remove(made.size() - 1)).containsExactly("ip", network);
            assertThat(outside.route).matches("(?s)" + network + " from :: via \\S+ dev \\S+ src \\S+ metric .*");
        }
        List<JsonArray> expected = Vectors.rows(recorded.get("registry_calls"));
        assertThat(made).hasSameSizeAs(expected);
        for (int i = 0; i < made.size(); i++) {
            if (made.get(i).get(0).equals("requestCertificate")) {
                compareRequest(recorded, expected.get(i), made.get(i), outside);
            } else {
                assertThat(made.get(i)).isEqualTo(Vectors.strings(expected.get(i)));
            }
        }
    }

    private void compareRequest(JsonObject recorded, JsonArray expected, List<String> made, FakeSurroundings outside) {
        assertThat(made.subList(0, 2))
                .containsExactly(expected.get(0).getAsString(), expected.get(1).getAsString());
        JsonObject csr = expected.get(2).getAsJsonObject();
        assertThat(Vectors.unknownKeys(csr, List.of("csr_subject", "key_bits", "signature_hash")))
                .isEmpty();
        CertificateRequest request = CertificateRequest.ofPem(made.get(2)).orElseThrow();
        assertThat(CertificateFacts.attributes(request.subject()))
                .isEqualTo(withoutSerialNumber(recorded, csr.getAsJsonArray("csr_subject")));
        assertThat(request.keyBits()).isEqualTo(csr.get("key_bits").getAsInt());
        assertThat(csr.get("signature_hash").getAsString()).isEqualTo("sha512");
        assertThat(CertificationRequest.getInstance(request.der().toArray())
                        .getSignatureAlgorithm()
                        .getAlgorithm())
                .isEqualTo(PKCSObjectIdentifiers.sha512WithRSAEncryption);
        if (outside.generatedBits != 0) {
            assertThat(outside.generatedBits).isEqualTo(csr.get("key_bits").getAsInt());
            assertThat(request.publicKey()).isEqualTo(outside.key.publicKey());
        }
        assertThat(made.size() > 3 ? "{\"location\":\"" + made.get(3) + "\"}" : "")
                .isEqualTo(expected.size() > 3 ? expected.get(3).toString() : "");
    }

    /** The registry decides that attribute; the original's old one is in the certificate that it replaces, or given. */
    private static JsonArray withoutSerialNumber(JsonObject recorded, JsonArray subject) {
        JsonArray kept = new JsonArray();
        for (JsonArray pair : Vectors.rows(subject)) {
            String value = pair.get(1).getAsString();
            if (!pair.get(0).getAsString().equals(SERIAL_NUMBER)) {
                kept.add(pair);
            } else if (!Vectors.strings(recorded.get("argv")).contains(value)) {
                String old = recorded.getAsJsonObject("files_before")
                        .get(ConfFiles.CERTIFICATE)
                        .getAsString();
                assertThat(Certificate.ofPem(old).orElseThrow().subjectSerial()).hasValue(Long.parseLong(value));
            }
        }
        return kept;
    }

    private void compareFiles(JsonObject recorded, Path home) throws IOException {
        JsonObject after = recorded.getAsJsonObject("files_after");
        Set<String> expected = new TreeSet<>(after.keySet());
        if (recorded.get("exit").getAsString().equals("0") && expected.contains(ConfFiles.CERTIFICATE)) {
            expected.add(ConfFiles.DH);
            assertThat(home.resolve(ConfFiles.DH)).hasContent(DhParameters.FFDHE2048);
        }
        try (Stream<Path> files = Files.list(home)) {
            Set<String> names = new TreeSet<>();
            files.forEach(path -> names.add(path.getFileName().toString()));
            assertThat(names).isEqualTo(expected);
        }
        for (String name : after.keySet()) {
            JsonObject one = after.getAsJsonObject(name);
            assertThat(Vectors.unknownKeys(one, List.of("text", "mode", "unchanged")))
                    .isEmpty();
            String text = Files.readString(home.resolve(name));
            if (one.has("unchanged")) {
                assertThat(one.get("unchanged").getAsBoolean()).isTrue();
                assertThat(text)
                        .isEqualTo(recorded.getAsJsonObject("files_before")
                                .get(name)
                                .getAsString());
            } else if (name.equals(ConfFiles.CONFIGURATION)) {
                assertThat(directives(text))
                        .isEqualTo(directives(one.get("text").getAsString()));
            } else {
                assertThat(text).isEqualTo(one.get("text").getAsString());
            }
            int mode = Integer.parseInt(one.get("mode").getAsString().replace("0o", ""), 8);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(name))))
                    .isEqualTo(mode == 0600 ? "rw-------" : mode == 0644 ? "rw-r--r--" : "?");
        }
        if (recorded.has("certificate")) {
            assertThat(CertificateFacts.of(text(after, ConfFiles.CERTIFICATE))).isEqualTo(recorded.get("certificate"));
        } else {
            assertThat(text(after, ConfFiles.CERTIFICATE)).isNull();
        }
    }

    /** Everything but comments, which are free; a directive that is only commented out starts right after the sign. */
    private static List<String> directives(String text) {
        return text.lines()
                .filter(line -> !line.isEmpty() && !line.startsWith("# "))
                .toList();
    }

    private static String text(JsonObject files, String name) {
        return files.has(name) && files.getAsJsonObject(name).has("text")
                ? files.getAsJsonObject(name).get("text").getAsString()
                : null;
    }

    private CertificateAuthority authority() {
        return CertificateAuthority.ofPem(authorityPem).orElseThrow();
    }
}
