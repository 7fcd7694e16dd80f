package net.re6st.core.port;

import java.math.BigInteger;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;

/**
 * What the core knows of a certificate that was checked.
 *
 * @param serial the X.509 serial, for revocation
 * @param endWallMicros end of validity
 * @param fingerprint SHA-1 of {@code der}
 */
public record PeerCertificate(Prefix prefix, BigInteger serial, long endWallMicros, Bytes fingerprint, Bytes der) {}
