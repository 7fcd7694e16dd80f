package net.re6st.registry.os;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.re6st.cli.Failure;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/**
 * The files with which the registry serves HTTPS, all PEM: its certificate with those between it and the root, the key, and
 * maybe the authority whose certificates clients may show. Each reading is checked as a whole.
 */
public final class TlsFiles {
    private static final long MAX_BYTES = 1 << 20;
    private static final char[] NO_PASSWORD = new char[0];

    private final Path certificate;
    private final Path key;
    private final Optional<Path> clientAuthority;

    public TlsFiles(Path certificate, Path key, Optional<Path> clientAuthority) {
        this.certificate = certificate;
        this.key = key;
        this.clientAuthority = clientAuthority;
    }

    /**
     * What the files held.
     *
     * @param own the key and its certificates, without password
     * @param clients who vouches for clients
     */
    record Content(KeyStore own, Optional<KeyStore> clients) {}

    boolean asksForClientCertificates() {
        return clientAuthority.isPresent();
    }

    /** When the files were last written; another list means that they must be read again. */
    List<FileTime> times() {
        List<FileTime> times = new ArrayList<>();
        for (Path file : files()) {
            try {
                times.add(Files.getLastModifiedTime(file));
            } catch (IOException e) {
                // Missing for a moment, while it is being replaced.
                times.add(FileTime.fromMillis(0));
            }
        }
        return times;
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>(List.of(certificate, key));
        clientAuthority.ifPresent(files::add);
        return files;
    }

    Content read() throws Failure {
        List<Certificate> chain = certificates(certificate);
        PrivateKey secret = privateKey();
        if (!belongTogether(chain.get(0).getPublicKey(), secret)) {
            throw new Failure(key + " is not the key of " + certificate);
        }
        try {
            KeyStore own = empty();
            own.setKeyEntry("registry", secret, NO_PASSWORD, chain.toArray(Certificate[]::new));
            Optional<KeyStore> clients = Optional.empty();
            if (clientAuthority.isPresent()) {
                KeyStore trusted = empty();
                int number = 0;
                for (Certificate one : certificates(clientAuthority.get())) {
                    trusted.setCertificateEntry(Integer.toString(number++), one);
                }
                clients = Optional.of(trusted);
            }
            return new Content(own, clients);
        } catch (GeneralSecurityException | IOException e) {
            throw new Failure(certificate + ", " + key + ": " + e.getMessage());
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static List<Certificate> certificates(Path file) throws Failure {
        try {
            List<Certificate> all = List.copyOf(CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(text(file).getBytes(StandardCharsets.ISO_8859_1))));
            if (!all.isEmpty()) {
                return all;
            }
        } catch (GeneralSecurityException e) {
            throw new Failure(file + " is no certificate in PEM: " + e.getMessage());
        }
        throw new Failure(file + " holds no certificate in PEM");
    }

    private PrivateKey privateKey() throws Failure {
        try (PEMParser parser = new PEMParser(new StringReader(text(key)))) {
            for (Object part = parser.readObject(); part != null; part = parser.readObject()) {
                if (part instanceof PrivateKeyInfo plain) {
                    return new JcaPEMKeyConverter().getPrivateKey(plain);
                }
                if (part instanceof PEMKeyPair pair) {
                    return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
                }
            }
        } catch (IOException e) {
            throw new Failure(key + " is no private key in PEM: " + e.getMessage());
        }
        throw new Failure(key + " holds no private key in PEM, or an encrypted one");
    }

    private static boolean belongTogether(PublicKey open, PrivateKey secret) {
        String algorithm = secret.getAlgorithm().equals("RSA")
                ? "SHA256withRSA"
                : secret.getAlgorithm().startsWith("Ed") ? secret.getAlgorithm() : "SHA256withECDSA";
        try {
            byte[] probe = {1, 2, 3};
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(secret);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(open);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String text(Path file) throws Failure {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new Failure(file + " is too large");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new Failure("can't read " + file + ": " + e.getMessage());
        }
    }

    @Override
    public String toString() {
        return certificate.toString();
    }
}
