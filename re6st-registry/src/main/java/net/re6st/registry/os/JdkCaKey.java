package net.re6st.registry.os;

import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Bytes;
import net.re6st.registry.port.CaKey;

/** Signs with the JDK alone: works everywhere, at a quarter of libcrypto's speed. */
public final class JdkCaKey implements CaKey {
    private final RsaPrivateKey key;

    public JdkCaKey(RsaPrivateKey key) {
        this.key = key;
    }

    @Override
    public Bytes sign(Bytes data) {
        return key.sign(data);
    }
}
