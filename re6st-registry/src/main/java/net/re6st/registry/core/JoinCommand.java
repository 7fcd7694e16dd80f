package net.re6st.registry.core;

import net.re6st.crypto.CertificateAuthority;
import net.re6st.net.Bytes;

/** The command by which somebody joins this network, as it is shown to people. */
public record JoinCommand(String registryUrl, Bytes caFingerprint) {
    public static JoinCommand of(String registryUrl, CertificateAuthority authority) {
        return new JoinCommand(
                registryUrl, authority.certificate().fingerprint("sha256").orElseThrow());
    }

    public String fingerprint() {
        return "sha256:" + caFingerprint.toHex();
    }

    /** For anybody: re6st-conf asks for the rest. */
    public String text() {
        return "re6st-conf --registry " + word(registryUrl) + " --fingerprint " + fingerprint();
    }

    /** For the owner of a token. */
    public String text(String email, String token) {
        return text() + " --email " + word(email) + " --token " + word(token);
    }

    /** One word for a shell, whatever is in it. */
    private static String word(String text) {
        return text.matches("[A-Za-z0-9@%+=:,./_\\[\\]-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
