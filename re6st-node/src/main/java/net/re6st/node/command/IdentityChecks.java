package net.re6st.node.command;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import net.re6st.cli.Failure;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.node.os.CertificateFiles;
import net.re6st.rpc.RegistryApi;
import net.re6st.rpc.TlsTrust;
import org.jspecify.annotations.Nullable;

/** The doctor's checks of who the node is: its files, its registry, and the clock that decides whether keys are valid. */
final class IdentityChecks {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int MAX_BYTES = 1 << 20;
    private static final Duration CLOCK_WARNING = Duration.ofSeconds(10);
    private static final Duration CLOCK_ERROR = Duration.ofMinutes(5);

    /** Renewal begins 30 days before the end, spread over ten: what is left by then was not renewed. */
    private static final Duration NOT_RENEWED = Duration.ofDays(19);

    private IdentityChecks() {}

    static List<Finding> certificate(Examination seen) {
        NodeFiles files = seen.setup().orElse(null);
        if (files == null) {
            return List.of(Finding.skipped("certificate", "no configuration known: give --config FILE"));
        }
        try {
            CertificateAuthority authority = CertificateFiles.authority(files.ca());
            Certificate own =
                    CertificateFiles.credentials(files.cert(), files.key()).certificate();
            Instant now = seen.now();
            Moment moment = Moment.of(0, now);
            List<Finding> findings = new ArrayList<>();
            CertificateAuthority.Verdict verdict = authority.lenient(own, moment);
            // A clock that is slow makes the CA's certificate invalid, too.
            if (!verdict.isValid() && !now.isBefore(own.notBefore())) {
                findings.add(Finding.error(
                        "certificate",
                        files.cert() + ": " + verdict.reason(),
                        "is " + files.ca()
                                + " that of the same network? If so, join again: re6st-conf in a new directory"));
            } else if (seen.status().at("certificate").is("revoked")) {
                findings.add(Finding.error(
                        "certificate",
                        "our certificate is revoked, and there is no other yet: nobody lets us in",
                        "re6stnet asks for another by itself; RENEW_CERTIFICATE in re6stnet.log tells why it has none (is the"
                                + " disk full? is the registry reachable?)"));
            } else {
                findings.add(dates(own, authority.certificate(), now));
            }
            openKey(files.key()).ifPresent(findings::add);
            return findings;
        } catch (Failure e) {
            return List.of(Finding.error(
                    "certificate",
                    String.valueOf(e.getMessage()),
                    "name the right files in the configuration, or run re6st-conf"));
        }
    }

    static Finding dates(Certificate own, Certificate authority, Instant now) {
        if (now.isBefore(own.notBefore())) {
            return Finding.error(
                    "certificate", "our certificate begins at " + own.notBefore(), "set the clock: timedatectl");
        } else if (!now.isBefore(own.notAfter())) {
            return Finding.error(
                    "certificate",
                    "our certificate ended at " + own.notAfter(),
                    "start re6stnet while the registry is reachable: it renews for a while after the end, too;"
                            + " else run re6st-conf");
        } else if (!now.isBefore(authority.notAfter())) {
            return Finding.error(
                    "certificate",
                    "the CA's certificate ended at " + authority.notAfter(),
                    "the registry's administrator must renew it; start re6stnet then");
        } else if (now.isAfter(own.notAfter().minus(NOT_RENEWED))
                && own.notAfter().isBefore(authority.notAfter())) {
            return Finding.warning(
                    "certificate",
                    "our certificate ends at " + own.notAfter() + " and was not renewed yet",
                    "look for \"failed\" in re6stnet.log, and whether the registry is reachable");
        }
        return Finding.ok("certificate", "valid until " + own.notAfter() + ", the CA's until " + authority.notAfter());
    }

    private static Optional<Finding> openKey(Path key) {
        try {
            boolean open = Files.getPosixFilePermissions(key).contains(PosixFilePermission.OTHERS_READ);
            return open
                    ? Optional.of(Finding.error("certificate", key + " is readable by everybody", "chmod 600 " + key))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** One call tells whether a registry is there, is one of our network, and what time it has. */
    static List<Finding> registry(Examination seen) {
        NodeFiles files = seen.setup().orElse(null);
        if (files == null) {
            return List.of(Finding.skipped("registry", "no configuration known: give --config FILE"));
        }
        List<Contact> contacts =
                files.registries().stream().map(url -> contact(files, url)).toList();
        boolean oneAnswers = contacts.stream().anyMatch(contact -> contact.failure() == null && contact.isOurs());
        List<Finding> findings = new ArrayList<>();
        contacts.forEach(contact -> findings.add(finding(contact, seen.isRunning(), oneAnswers)));
        contacts.stream()
                .filter(contact -> contact.failure() == null && contact.isOurs())
                .findFirst()
                .flatMap(contact -> unknown(contact.url(), files))
                .ifPresent(findings::add);
        String noClock = contacts.stream().anyMatch(contact -> contact.failure() == null)
                ? "the registry does not tell its time"
                : "no registry to compare it with";
        findings.add(contacts.stream()
                .flatMap(contact -> Optional.ofNullable(contact.ahead()).stream())
                .findFirst()
                .map(IdentityChecks::clock)
                .orElse(Finding.skipped("clock", noClock)));
        return findings;
    }

    /**
     * How it went with one registry.
     *
     * @param failure why there was no answer; null if there was one
     * @param isOurs whether the answer was the CA of our network
     * @param ahead how much our clock is ahead of its; null if it does not tell
     */
    private record Contact(String url, @Nullable String failure, boolean isOurs, @Nullable Duration ahead) {}

    private static HttpURLConnection connection(String url, String call, NodeFiles files) throws IOException, Failure {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create((url.endsWith("/") ? url : url + "/") + call).toURL().openConnection();
        if (connection instanceof HttpsURLConnection secure && files.tlsCa().isPresent()) {
            TlsTrust.read(files.tlsCa().get()).vouchFor(secure);
        }
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        return connection;
    }

    /** Whether a registry says that it knows nobody of our prefix: a node that it revoked can't even ask why. */
    private static Optional<Finding> unknown(String url, NodeFiles files) {
        try {
            String prefix = CertificateFiles.credentials(files.cert(), files.key())
                    .certificate()
                    .prefix()
                    .map(Prefix::bits)
                    .orElse("");
            int status = connection(url, RegistryApi.HELLO.methodName() + "?client_prefix=" + prefix, files)
                    .getResponseCode();
            return status != HttpURLConnection.HTTP_NOT_FOUND
                    ? Optional.empty()
                    : Optional.of(Finding.error(
                            "certificate",
                            "the registry does not know our certificate: it was revoked",
                            "ask the registry's administrator; to join again, run re6st-conf in a new directory"));
        } catch (IOException | Failure | IllegalArgumentException e) {
            // Told by the checks of the registry and of the certificate.
            return Optional.empty();
        }
    }

    private static Contact contact(NodeFiles files, String url) {
        try {
            HttpURLConnection connection = connection(url, RegistryApi.GET_CA.methodName(), files);
            int status = connection.getResponseCode();
            long middleMillis = System.currentTimeMillis();
            long date = connection.getDate();
            Duration ahead = date == 0 ? null : Duration.ofMillis(middleMillis - date);
            return status == 200
                    ? new Contact(url, null, isOurs(files.ca(), connection), ahead)
                    : new Contact(url, "status " + status, false, ahead);
        } catch (Failure e) {
            return new Contact(url, String.valueOf(e.getMessage()), false, null);
        } catch (UnknownHostException e) {
            return new Contact(url, "its name can't be resolved", false, null);
        } catch (SocketTimeoutException e) {
            return new Contact(url, "nothing came within " + TIMEOUT_MILLIS / 1000 + " s", false, null);
        } catch (IOException | IllegalArgumentException e) {
            return new Contact(url, e.getMessage() == null ? e.toString() : e.getMessage(), false, null);
        }
    }

    private static boolean isOurs(Path authority, HttpURLConnection connection) throws IOException {
        String pem;
        try (InputStream in = connection.getInputStream()) {
            pem = new String(in.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1);
        }
        try {
            CertificateAuthority ours = CertificateFiles.authority(authority);
            return CertificateAuthority.ofPem(pem).filter(ours::isSameAs).isPresent();
        } catch (Failure e) {
            // Told by the check of the certificate.
            return true;
        }
    }

    /** One that fails is no error as long as there is no need for it. */
    private static Finding finding(Contact contact, boolean isRunning, boolean oneAnswers) {
        if (contact.failure() == null && contact.isOurs()) {
            return Finding.ok("registry", contact.url() + " answers");
        } else if (contact.failure() == null) {
            return Finding.error(
                    "registry",
                    contact.url() + " answers, but is not the registry of our network",
                    "correct --registry, or join that network with re6st-conf");
        }
        String text = contact.url() + " does not answer: " + contact.failure();
        String remedy = "look whether the name resolves, whether a firewall or proxy is between, and whether the"
                + " registry runs";
        if (oneAnswers) {
            return Finding.warning("registry", text + "; another one does", remedy);
        }
        return isRunning
                ? Finding.warning("registry", text + "; the network works without it for now", remedy)
                : Finding.error("registry", text, remedy);
    }

    static Finding clock(Duration ahead) {
        Duration off = ahead.abs();
        String text = "our clock is " + off.toSeconds() + " s " + (ahead.isNegative() ? "behind" : "ahead of")
                + " the registry's";
        String remedy = "synchronise it: timedatectl set-ntp true";
        if (off.compareTo(CLOCK_ERROR) > 0) {
            return Finding.error("clock", text, remedy);
        }
        return off.compareTo(CLOCK_WARNING) > 0
                ? Finding.warning("clock", text, remedy)
                : Finding.ok("clock", "as the registry's");
    }
}
