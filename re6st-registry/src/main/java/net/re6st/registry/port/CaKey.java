package net.re6st.registry.port;

import net.re6st.net.Bytes;

/** The private key of the certificate authority. Signing is what costs most here, hence the choice of implementations. */
public interface CaKey {
    /** The PKCS#1 v1.5 signature with SHA-512 of {@code data}. */
    Bytes sign(Bytes data);
}
