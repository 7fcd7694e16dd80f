package net.re6st.registry.port;

import net.re6st.net.Bytes;
import net.re6st.net.Prefix;

/** What a used token was exchanged for, kept because the answer may have been lost: digest of the public key, certificate. */
public record IssuedRow(String token, Bytes keyDigest, Prefix prefix, String pem, long usedUnixSeconds) {}
