package net.re6st.registry.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Moment;
import net.re6st.registry.core.CurrentAuthority;
import net.re6st.registry.core.Maintenance;
import net.re6st.registry.core.Occasion;
import net.re6st.registry.os.CertificateRows;
import net.re6st.registry.os.JdkCaKey;
import net.re6st.registry.os.OpenContent;
import net.re6st.registry.os.OpenStore;
import net.re6st.registry.port.Actor;
import net.re6st.registry.port.CaKey;

/** A database opened by a subcommand, beside a running registry or not, with the CA it belongs to. */
final class OpenRegistry implements AutoCloseable {
    private static final long MAX_BYTES = 1 << 20;

    private final OpenStore store;
    private final CurrentAuthority authority;

    private OpenRegistry(OpenStore store, CurrentAuthority authority) {
        this.store = store;
        this.authority = authority;
    }

    static OpenRegistry open(Locations locations) throws Failure {
        CurrentAuthority authority = new CurrentAuthority(authority(locations));
        OpenStore store =
                locations.db().openStore(authority.authority().network().maxPrefixLength(), CertificateRows::read);
        OpenRegistry opened = new OpenRegistry(store, authority);
        Optional<String> conflict = store.read(authority::conflict);
        if (conflict.isPresent()) {
            opened.close();
            throw new Failure(locations.db() + ": " + conflict.get());
        }
        authority.take(store.read(view -> view.authority()));
        return opened;
    }

    /** The CA of the file that was named, else that of the database. */
    static CertificateAuthority authority(Locations locations) throws Failure {
        if (locations.ca().isPresent()) {
            Path file = locations.ca().get();
            return CertificateAuthority.ofPem(text(file))
                    .orElseThrow(() -> new Failure(file + " is no certificate of a CA whose serial is a network"));
        }
        try (OpenContent content = locations.db().openContent()) {
            Optional<String> stored =
                    content.has("re6st_ca") ? content.read(view -> view.authority()) : Optional.empty();
            return stored.flatMap(CertificateAuthority::ofPem)
                    .orElseThrow(() -> new Failure(
                            "no CA: name its certificate with --ca, or the registry's option file with --config"));
        }
    }

    /** The CA's key, if one was named. */
    static Optional<CaKey> key(Locations locations, CertificateAuthority authority) throws Failure {
        if (locations.key().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                keyOf(text(locations.key().get()), locations.key().get().toString(), authority));
    }

    /** A key that was read from {@code where}. */
    static CaKey keyOf(String pem, String where, CertificateAuthority authority) throws Failure {
        RsaPrivateKey key =
                RsaPrivateKey.ofPem(pem).orElseThrow(() -> new Failure(where + " is no RSA key of 2048 bits or more"));
        if (!key.publicKey().equals(authority.certificate().publicKey())) {
            throw new Failure(where + " is not the key of this network's CA");
        }
        return new JdkCaKey(key);
    }

    static String text(Path file) throws Failure {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new Failure(file + " is too large");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new Failure("can't read " + file + ": " + e.getMessage());
        }
    }

    OpenStore store() {
        return store;
    }

    CurrentAuthority authority() {
        return authority;
    }

    /** What changes the database: the audit log is sealed with the CA's key. */
    Maintenance maintenance(Locations locations) throws Failure {
        CaKey key = key(locations, authority.authority())
                .orElseThrow(() -> new Failure(
                        "the CA's key is needed: name it with --key, or the registry's option file with --config"));
        return new Maintenance(store, key, new SecureRandom());
    }

    /** This moment, and who runs the command: also behind sudo. */
    static Occasion occasion() {
        String user = System.getProperty("user.name");
        String sudo = System.getenv("SUDO_USER");
        String name = sudo == null || sudo.isEmpty() || sudo.equals(user) ? user : user + " (sudo " + sudo + ")";
        return new Occasion(Actor.command(name), now());
    }

    static Moment now() {
        return Moment.of(System.nanoTime(), Instant.now());
    }

    @Override
    public void close() {
        store.close();
    }
}
