package net.re6st.registry.core;

import java.security.interfaces.RSAPublicKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import net.re6st.crypto.Certificate;

/**
 * The public keys in certificates. Parsing a certificate costs as much as encrypting for its key, so the last ones are
 * remembered by the text of the certificate: nothing is decided by it, and nothing in it can be out of date. Any thread.
 */
final class NodeKeys {
    private static final int MAX_REMEMBERED = 4096;

    private final Map<String, RSAPublicKey> remembered =
            Collections.synchronizedMap(new LinkedHashMap<>(64, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, RSAPublicKey> eldest) {
                    return size() > MAX_REMEMBERED;
                }
            });

    /** The key of a node's certificate; empty if the text is none. */
    Optional<RSAPublicKey> of(String pem) {
        RSAPublicKey known = remembered.get(pem);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<RSAPublicKey> parsed = Certificate.ofPem(pem).map(Certificate::publicKey);
        parsed.ifPresent(key -> remembered.put(pem, key));
        return parsed;
    }
}
