package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import net.re6st.cli.Failure;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.Certificates;
import net.re6st.net.Moment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which certificates of the registry take the place of ours, in memory and on disk. */
class KeyringTest {
    private static final Certificate CA = Certificates.authority().certificate();
    private static final Certificate OWN = Certificates.credentials().certificate();
    private static final Certificate LATER = ending(OWN, 100, 30);
    private static final Certificate LATER_CA = ending(CA, CA.serial().longValueExact(), 30);
    private static final Moment NOW = Certificates.at(OWN.notBefore());

    @TempDir
    private Path folder;

    private Path ca;
    private Path cert;
    private Keyring keyring;

    private static Certificate ending(Certificate old, long serial, int daysLater) {
        return Certificates.renewed(
                old, BigInteger.valueOf(serial), old.notAfter().plus(Duration.ofDays(daysLater)));
    }

    @BeforeEach
    void open() throws IOException, Failure {
        ca = Files.writeString(folder.resolve("ca.crt"), CA.pem());
        cert = Files.writeString(folder.resolve("cert.crt"), "# ours\n" + Certificates.nodePem());
        Path key = Files.writeString(folder.resolve("cert.key"), Certificates.nodeKeyPem());
        keyring = Keyring.open(ca, cert, key, NOW);
    }

    @Test
    void takesACertificateThatEndsLater() throws IOException {
        assertThat(keyring.replaceCertificate(LATER.pem(), NOW)).isEmpty();
        assertThat(keyring.own().certificate()).isEqualTo(LATER);
        assertThat(cert).hasContent(LATER.pem());
        Certificate next = ending(OWN, 101, 60);
        assertThat(keyring.replaceCertificate(next.pem(), NOW)).as("again").isEmpty();
        assertThat(cert).hasContent(next.pem());
    }

    @Test
    void takesACertificateOfTheAuthorityThatEndsLater() {
        assertThat(keyring.replaceAuthority(LATER_CA.pem(), NOW)).isEmpty();
        assertThat(keyring.authority().certificate()).isEqualTo(LATER_CA);
        assertThat(ca).hasContent(LATER_CA.pem());
    }

    /** Nothing is gained, so nothing must follow from it. */
    @Test
    void doesNotTakeWhatItHas() {
        assertThat(keyring.replaceCertificate(OWN.pem(), NOW)).contains("the registry sent the certificate we have");
        assertThat(keyring.replaceAuthority(CA.pem(), NOW))
                .contains("the registry has the certificate of the CA that we have");
    }

    @Test
    void doesNotTakeAnAuthorityOfBefore() {
        assertThat(keyring.replaceAuthority(LATER_CA.pem(), NOW)).isEmpty();
        assertThat(keyring.replaceAuthority(CA.pem(), NOW))
                .contains("the registry has no certificate of the CA that could follow ours");
        assertThat(ca).hasContent(LATER_CA.pem());
    }

    /** As by an operator who joins another network, or the same anew, and has not told the daemon yet. */
    @Test
    void leavesFilesAloneThatSomebodyElseReplaced() throws IOException {
        String theirs = ending(OWN, 102, 1).pem();
        String otherCa = ending(CA, CA.serial().longValueExact(), 1).pem();
        Files.writeString(cert, theirs);
        Files.writeString(ca, otherCa);
        assertThat(keyring.replaceCertificate(LATER.pem(), NOW))
                .contains(cert + " was replaced on disk: run re6stnet reload");
        assertThat(keyring.replaceAuthority(LATER_CA.pem(), NOW))
                .contains(ca + " was replaced on disk: run re6stnet reload");
        assertThat(cert).hasContent(theirs);
        assertThat(ca).hasContent(otherCa);
        assertThat(keyring.own().certificate()).isEqualTo(OWN);
        assertThat(keyring.authority().certificate()).isEqualTo(CA);
    }

    @Test
    void saysThatAFileIsGone() throws IOException {
        Files.delete(cert);
        assertThat(keyring.replaceCertificate(LATER.pem(), NOW).orElseThrow()).startsWith("can't read " + cert);
        assertThat(folder.resolve("cert.crt")).doesNotExist();
    }
}
