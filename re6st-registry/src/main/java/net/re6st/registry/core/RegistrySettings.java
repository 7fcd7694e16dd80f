package net.re6st.registry.core;

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
        Optional<String> url) {}
