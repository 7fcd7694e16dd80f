package net.re6st.core.port;

import java.math.BigInteger;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;

/**
 * What the core knows of this node's own certificate and of the CA's.
 *
 * @param serial the X.509 serial, for revocation
 * @param certificate DER, as it goes to peers
 * @param fingerprint SHA-1 of {@code certificate}
 * @param endWallMicros end of the certificate's validity
 * @param authorityEndWallMicros end of validity of the CA's certificate
 */
public record Identity(
        Prefix prefix,
        BigInteger serial,
        Bytes certificate,
        Bytes fingerprint,
        long endWallMicros,
        long authorityEndWallMicros) {}
