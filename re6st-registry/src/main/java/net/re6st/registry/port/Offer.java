package net.re6st.registry.port;

import net.re6st.crypto.Secret;
import net.re6st.net.Prefix;

/**
 * A secret that a client was offered by {@code hello}.
 *
 * @param certificate PEM of the certificate for whose key it was encrypted: it is of no use to the owner of another one
 */
public record Offer(Prefix client, String certificate, Secret secret, int protocol) {}
