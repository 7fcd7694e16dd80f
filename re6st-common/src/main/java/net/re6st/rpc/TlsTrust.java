package net.re6st.rpc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import net.re6st.cli.Failure;

/** The authorities that may vouch for an https registry in place of those the system trusts. */
public final class TlsTrust {
    private final SSLSocketFactory sockets;

    private TlsTrust(SSLSocketFactory sockets) {
        this.sockets = sockets;
    }

    /** Trusts the certificates in {@code pem} and no other; empty if there is none. */
    public static Optional<TlsTrust> ofPem(String pem) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            Collection<? extends Certificate> certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)));
            int number = 0;
            for (Certificate certificate : certificates) {
                store.setCertificateEntry(Integer.toString(number++), certificate);
            }
            if (number == 0) {
                return Optional.empty();
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return Optional.of(new TlsTrust(context.getSocketFactory()));
        } catch (GeneralSecurityException | IOException e) {
            return Optional.empty();
        }
    }

    /** What {@code --tls-ca} names. */
    public static TlsTrust read(Path file) throws Failure {
        try {
            return ofPem(Files.readString(file, StandardCharsets.ISO_8859_1))
                    .orElseThrow(() -> new Failure("--tls-ca " + file + " holds no certificate in PEM"));
        } catch (IOException e) {
            throw new Failure("can't read " + file + ": " + e.getMessage());
        }
    }

    /** Makes a connection that was not opened yet trust nobody else. */
    public void vouchFor(HttpsURLConnection connection) {
        connection.setSSLSocketFactory(sockets);
    }

    SSLSocketFactory sockets() {
        return sockets;
    }
}
