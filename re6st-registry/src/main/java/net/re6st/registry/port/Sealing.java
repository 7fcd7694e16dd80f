package net.re6st.registry.port;

import java.security.interfaces.RSAPublicKey;
import net.re6st.net.Bytes;

/** Encrypts for nodes. Each hello needs it, hence the choice of implementations. */
@FunctionalInterface
public interface Sealing {
    /** {@code text} for who has the private key: PKCS#1 v1.5. It fits the key's block. */
    Bytes seal(RSAPublicKey key, Bytes text);
}
