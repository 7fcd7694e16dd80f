package net.re6st.conf;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.cli.UsageError;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.CertificateRequest;
import net.re6st.crypto.Credentials;
import net.re6st.crypto.DhParameters;
import net.re6st.crypto.DistinguishedName;
import net.re6st.crypto.Pem;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.rpc.RegistryAnswer;
import net.re6st.rpc.RegistryApi;

/**
 * Joining a network, step by step. It owns the order: everything that can fail without the registry is checked before the
 * token is spent, and files of an earlier run stay as they are until the new certificate is there.
 */
final class Enrolment {
    private static final Duration RENEWED_BEFORE_END = Duration.ofDays(30);
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    /** A check at this time is one whatever the clock says: it must not cost the user a token. */
    private static final Moment END_OF_TIME = new Moment(0, Long.MAX_VALUE);

    private final ConfOptions options;
    private final ConfFiles files;
    private final Surroundings outside;

    /** The one in use; empty: none. */
    private String token = "";

    Enrolment(ConfOptions options, ConfFiles files, Surroundings outside) {
        this.options = options;
        this.files = files;
        this.outside = outside;
    }

    /** Runs to the end; returns the exit status. */
    int run() throws Failure, UsageError {
        CertificateAuthority authority = fetchAuthority();
        checkFingerprint(authority.certificate());
        if (options.asksIfNeeded()) {
            String route = outside.routeTo(authority.network().address().toString());
            return Membership.isMember(route, authority.network()) ? 1 : 0;
        }
        String authorityPem = authority.certificate().pem();
        Optional<String> earlierAuthority = files.read(ConfFiles.CA);
        if (options.caOnly() || earlierAuthority.isEmpty()) {
            files.write(ConfFiles.CA, authorityPem);
        }
        if (options.caOnly()) {
            return 0;
        }
        Credentials own = enrol(authority);
        try {
            if (!earlierAuthority.equals(Optional.of(authorityPem))) {
                files.write(ConfFiles.CA, authorityPem);
            }
            writeDhParameters(authority, own);
            if (!files.has(ConfFiles.CONFIGURATION)) {
                files.write(
                        ConfFiles.CONFIGURATION,
                        NodeConfiguration.text(options.registries(), options.tlsCa(), options.location()));
            }
        } catch (Failure e) {
            throw new Failure(e.getMessage() + "\nThe certificate is there, other files are missing. For those:\n"
                    + options.again(token));
        }
        report(authority, own);
        return 0;
    }

    private CertificateAuthority fetchAuthority() throws Failure {
        String registries = String.join(", ", options.registries());
        RegistryAnswer answer = outside.call(RegistryApi.GET_CA);
        Bytes pem = answer.result()
                .orElseThrow(() -> new Failure("no CA certificate from " + registries + ": " + answer.problem()));
        return CertificateAuthority.ofPem(pem.toLatin1())
                .orElseThrow(() -> new Failure("what " + registries + " sends is no CA of a re6st network"));
    }

    private void checkFingerprint(Certificate authority) throws Failure, UsageError {
        Optional<String> expected = options.fingerprint();
        if (expected.isEmpty()) {
            outside.warn("Without --fingerprint, nothing proves that the CA is that of the network you mean."
                    + "\nIts fingerprint is sha256:"
                    + authority.fingerprint("sha256").map(Bytes::toHex).orElse(""));
            return;
        }
        int colon = expected.get().indexOf(':');
        Optional<Bytes> actual = authority.fingerprint(expected.get().substring(0, Math.max(0, colon)));
        if (actual.isEmpty()) {
            throw new UsageError("--fingerprint is not ALG:HEX with an algorithm like sha256: " + expected.get());
        }
        Bytes wanted;
        try {
            wanted = Bytes.ofHex(expected.get().substring(colon + 1));
        } catch (IllegalArgumentException e) {
            throw new UsageError("--fingerprint is not hexadecimal: " + expected.get());
        }
        if (wanted.size() != actual.get().size()) {
            throw new UsageError("--fingerprint has " + wanted.size() + " bytes, must be "
                    + actual.get().size());
        }
        if (!wanted.equals(actual.get())) {
            throw new Failure("CA fingerprint doesn't match");
        }
    }

    /** Everything from the subject to the certificate on disk. */
    private Credentials enrol(CertificateAuthority authority) throws Failure, UsageError {
        Subject.checkReserved(options.fields());
        DistinguishedName subject = Subject.of(earlierSubject(), options.fields());
        Optional<RsaPrivateKey> earlierKey = earlierKey();
        token = token();
        try (ConfFiles.Pending certificateFile = files.prepare(ConfFiles.CERTIFICATE)) {
            RsaPrivateKey key = earlierKey.isPresent()
                    ? earlierKey.get()
                    : newKey(authority.certificate().keyBits());
            Optional<String> pem = request(token, CertificateRequest.create(subject, key));
            if (pem.isPresent()) {
                Credentials own = check(authority, pem.get(), key);
                certificateFile.commit(pem.get());
                return own;
            }
        } catch (Failure e) {
            throw token.isEmpty()
                    ? e
                    : new Failure(e.getMessage() + "\nThe token may be used again: " + options.again(token));
        }
        files.removeIfEmpty(ConfFiles.CERTIFICATE);
        throw new Failure("Error: invalid or expired token");
    }

    private DistinguishedName earlierSubject() throws Failure {
        Optional<String> pem = files.read(ConfFiles.CERTIFICATE).filter(text -> !text.isEmpty());
        if (pem.isEmpty()) {
            return DistinguishedName.EMPTY;
        }
        return Certificate.ofPem(pem.get())
                .map(Certificate::subject)
                .orElseThrow(() -> new Failure(files.path(ConfFiles.CERTIFICATE) + " is no certificate"));
    }

    private Optional<RsaPrivateKey> earlierKey() throws Failure {
        Optional<String> pem = files.read(ConfFiles.KEY);
        if (pem.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(RsaPrivateKey.ofPem(pem.get())
                .orElseThrow(() -> new Failure(files.path(ConfFiles.KEY) + " is no RSA key, or an encrypted one")));
    }

    private RsaPrivateKey newKey(int bits) throws Failure {
        outside.say("Generating a key of " + bits + " bits...");
        RsaPrivateKey key = outside.generateKey(bits);
        files.writePrivate(ConfFiles.KEY, key.pem());
        return key;
    }

    /** The token to use; an empty text for none. */
    private String token() throws Failure, UsageError {
        if (options.isAnonymous()) {
            if (options.email().isPresent() || options.token().isPresent()) {
                throw new UsageError("--anonymous excludes --email and --token");
            }
            return "";
        }
        if (options.token().filter(token -> !token.isEmpty()).isPresent()) {
            return options.token().get();
        }
        if (options.token().isEmpty()) {
            Optional<String> given = options.email().filter(email -> !email.isEmpty());
            String email = given.isPresent() ? given.get() : askUntilAnswered("Your e-mail address:");
            RegistryAnswer answer = outside.call(RegistryApi.REQUEST_TOKEN, email);
            if (answer.result().isEmpty()) {
                throw refusal("sends no token", answer);
            }
            outside.say("A token is being sent to " + email + ".");
        }
        return askUntilAnswered("The token:");
    }

    private String askUntilAnswered(String question) throws Failure {
        String answer = "";
        while (answer.isEmpty()) {
            answer = outside.ask(question);
        }
        return answer;
    }

    /** Empty if the token is unknown. */
    private Optional<String> request(String token, CertificateRequest request) throws Failure {
        Optional<String> location = options.location();
        RegistryAnswer answer = location.isPresent()
                ? outside.call(RegistryApi.REQUEST_CERTIFICATE, token, request.pem(), location.get())
                : outside.call(RegistryApi.REQUEST_CERTIFICATE, token, request.pem());
        Bytes pem = answer.result().orElseThrow(() -> refusal("gives no certificate", answer));
        return pem.isEmpty() ? Optional.empty() : Optional.of(pem.toLatin1());
    }

    private static Failure refusal(String what, RegistryAnswer answer) {
        return new Failure("the registry " + what + ": " + answer.problem());
    }

    private static Credentials check(CertificateAuthority authority, String pem, RsaPrivateKey key) throws Failure {
        Certificate certificate =
                Certificate.ofPem(pem).orElseThrow(() -> new Failure("what the registry sent is no certificate"));
        CertificateAuthority.Verdict verdict = authority.lenient(certificate, END_OF_TIME);
        if (!verdict.isValid()) {
            throw new Failure("the certificate from the registry is unusable: " + verdict.reason());
        }
        return Credentials.of(certificate, key)
                .orElseThrow(() -> new Failure("the certificate from the registry is for another key"));
    }

    /** Those of the registry; without them, the ones that everybody knows, unless there is a file. */
    private void writeDhParameters(CertificateAuthority authority, Credentials own) throws Failure {
        RegistryAnswer answer =
                outside.callAs(authority, own, RegistryApi.GET_DH, own.prefix().bits());
        Optional<String> parameters = answer.result()
                .map(Bytes::toLatin1)
                .filter(text -> Pem.decode(Pem.DH_PARAMETERS, text).isPresent());
        if (parameters.isPresent()) {
            files.write(ConfFiles.DH, parameters.get());
        } else if (!files.has(ConfFiles.DH)) {
            files.write(ConfFiles.DH, DhParameters.FFDHE2048);
        }
    }

    private void report(CertificateAuthority authority, Credentials own) {
        Certificate certificate = own.certificate();
        CertificateAuthority.Verdict verdict = authority.strict(certificate, outside.now());
        if (!verdict.isValid()) {
            outside.warn("By the clock of this host, the certificate is " + verdict.reason() + ".");
        }
        outside.say("The certificate is valid until " + UTC.format(certificate.notAfter())
                + "; re6stnet renews it from "
                + UTC.format(certificate.notAfter().minus(RENEWED_BEFORE_END)) + " on."
                + "\nKeep a copy of " + files.path(ConfFiles.KEY) + " in a safe place: nobody can replace it."
                + "\nThis node is " + own.prefix().cn() + ", its subnet "
                + authority.network().subnet(own.prefix()) + ".");
    }
}
