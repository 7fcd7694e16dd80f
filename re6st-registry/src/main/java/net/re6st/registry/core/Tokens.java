package net.re6st.registry.core;

import java.util.Optional;
import java.util.random.RandomGenerator;
import net.re6st.net.Bytes;
import net.re6st.registry.port.TokenRow;
import net.re6st.registry.port.Tx;
import net.re6st.registry.port.View;

/** Decides which tokens exist: how they are made, what is acceptable as one, when one may be added. */
final class Tokens {
    private static final int LETTERS = 8;
    private static final int MAX_TOKEN_LENGTH = 256;
    private static final int MAX_EMAIL_LENGTH = 254;

    private Tokens() {}

    /** A token that was never used. */
    static String create(View view, RandomGenerator secure) {
        while (true) {
            StringBuilder letters = new StringBuilder(LETTERS);
            for (int i = 0; i < LETTERS; i++) {
                letters.append((char) ('a' + secure.nextInt(26)));
            }
            String token = letters.toString();
            if (view.token(token).isEmpty() && view.issued(token).isEmpty()) {
                return token;
            }
        }
    }

    /** Adds a token; false if it exists. */
    static boolean add(Tx tx, TokenRow token) {
        if (tx.token(token.token()).isPresent()) {
            return false;
        }
        tx.addToken(token);
        return true;
    }

    /** Whether a text can be stored as a token. */
    static boolean isAcceptable(String token) {
        return token.length() <= MAX_TOKEN_LENGTH && !hasControls(token);
    }

    /** Whether a mail can be sent there: one address, nothing that ends a header line. */
    static boolean isAddress(String email) {
        int at = email.lastIndexOf('@');
        return at > 0
                && at < email.length() - 1
                && email.length() <= MAX_EMAIL_LENGTH
                && email.chars().noneMatch(c -> c <= ' ' || c >= 127 || ",;:<>()[]\\\"".indexOf(c) >= 0);
    }

    /** Whether a text can be stored as somebody's e-mail address. */
    static boolean isStorable(String email) {
        return email.length() <= MAX_EMAIL_LENGTH && !hasControls(email);
    }

    private static boolean hasControls(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }

    /** The mail that brings a token to its owner, with all it takes to join. */
    static String mailText(String token, String email, Invitation invitation) {
        String command =
                "re6st-conf --registry " + invitation.url().orElse("URL-OF-THE-REGISTRY") + " --fingerprint sha256:"
                        + invitation.caFingerprint().toHex() + " --email " + email + " --token " + token;
        return String.join(
                "\n",
                "Hello,",
                "",
                "here is your token to join the re6st network " + invitation.network() + ":",
                "",
                token,
                "",
                "On the machine that will join, in the directory for its configuration (/etc/re6stnet), run:",
                "",
                "  " + command,
                "",
                "  network:              " + invitation.network(),
                "  registry:             " + invitation.url().orElse("where you asked for this token"),
                "  fingerprint (SHA256): " + invitation.caFingerprint().toHex(),
                "",
                "If you reached the registry by another address, use that one. The token can be used once and expires in "
                        + invitation.days() + " days.",
                "If you did not ask for it, ignore this mail.",
                "");
    }

    /** What the mail tells about the network. */
    record Invitation(String network, Optional<String> url, Bytes caFingerprint, long days) {}
}
