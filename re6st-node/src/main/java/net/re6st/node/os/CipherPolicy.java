package net.re6st.node.os;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import net.re6st.net.Moment;
import org.jspecify.annotations.Nullable;

/**
 * Decides which clients a server lets in as to encryption: those that do as the network says, and for some time after that
 * changed also the others. What a client will do is known from what it offers, before it is let in.
 */
final class CipherPolicy {
    /** Everybody knows of a change long before; the tunnels of before are replaced one by one. */
    static final Duration GRACE = Duration.ofMinutes(10);

    private boolean encrypt;
    private @Nullable Moment changedAt;

    CipherPolicy(boolean encrypt) {
        this.encrypt = encrypt;
    }

    /** What the network says from now on. */
    void require(boolean wanted, Moment now) {
        if (wanted != encrypt) {
            encrypt = wanted;
            changedAt = now;
        }
    }

    /** The network says so since lately: an earlier daemon went by something else. */
    void changedLately(Moment now) {
        changedAt = now;
    }

    /** Why a client must not come in. */
    Optional<String> refusal(Map<String, String> environment, Moment now) {
        boolean tolerant =
                changedAt != null && !now.hasReached(changedAt.plus(GRACE).monotonicNanos());
        if (encrypts(environment) == encrypt || tolerant) {
            return Optional.empty();
        }
        return Optional.of(encrypt ? "the network encrypts" : "the network does not encrypt");
    }

    /**
     * Whether OpenVPN will encrypt for a client: one of a version since 2.5 lists its ciphers, one of 2.4 tells that it
     * negotiates, unless it was told not to, as the original does where nothing is encrypted.
     */
    static boolean encrypts(Map<String, String> environment) {
        String ciphers = environment.get("IV_CIPHERS");
        if (ciphers != null) {
            return Arrays.stream(ciphers.split(":")).anyMatch(cipher -> !cipher.equals("none"));
        }
        return environment.getOrDefault("IV_NCP", "").matches("[2-9]|\\d{2,}");
    }
}
