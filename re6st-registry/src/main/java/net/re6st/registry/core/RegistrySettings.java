package net.re6st.registry.core;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the administrator decided about this registry.
 *
 * @param tokenPrefixLength 0: registration by token is disabled
 * @param anonymousPrefixLength empty: registration without token is disabled
 * @param mailsTokens whether tokens can be asked for
 * @param origins who may call private methods
 * @param gracePeriodSeconds how long after their end certificates, and after their making tokens, are kept
 * @param dhParameters PEM
 * @param url where the registry is reached, for the mails
 * @param overtaken how late a request may be that was overtaken by another session of the node that sent it
 */
public record RegistrySettings(
        int tokenPrefixLength,
        OptionalInt anonymousPrefixLength,
        boolean mailsTokens,
        Communities communities,
        Origins origins,
        long gracePeriodSeconds,
        NetworkOptions network,
        String dhParameters,
        Optional<String> url,
        Duration overtaken) {
    /** Longer than a system goes on sending what a program has given up. */
    public static final Duration USUALLY_OVERTAKEN = Duration.ofMinutes(5);

    public RegistrySettings(
            int tokenPrefixLength,
            OptionalInt anonymousPrefixLength,
            boolean mailsTokens,
            Communities communities,
            Origins origins,
            long gracePeriodSeconds,
            NetworkOptions network,
            String dhParameters,
            Optional<String> url) {
        this(
                tokenPrefixLength,
                anonymousPrefixLength,
                mailsTokens,
                communities,
                origins,
                gracePeriodSeconds,
                network,
                dhParameters,
                url,
                USUALLY_OVERTAKEN);
    }
}
