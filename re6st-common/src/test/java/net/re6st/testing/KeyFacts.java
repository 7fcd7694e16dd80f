package net.re6st.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import net.re6st.crypto.Pem;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Bytes;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;

/** What must hold between the numbers of a recorded private key, so that a changed digit of any of them is noticed. */
public final class KeyFacts {
    private KeyFacts() {}

    /** Reads a key that must be consistent, and be written again as it was. */
    public static RsaPrivateKey checked(String pem) {
        RsaPrivateKey key = RsaPrivateKey.ofPem(pem).orElseThrow(() -> new AssertionError("not a key"));
        assertThat(key.pem()).isEqualTo(pem);
        Bytes der = Pem.decode(Pem.PRIVATE_KEY, pem).orElseThrow();
        RSAPrivateKey numbers;
        try {
            numbers = RSAPrivateKey.getInstance(
                    PrivateKeyInfo.getInstance(der.toArray()).parsePrivateKey());
        } catch (java.io.IOException e) {
            throw new AssertionError("not a key", e);
        }
        BigInteger one = BigInteger.ONE;
        BigInteger p = numbers.getPrime1();
        BigInteger q = numbers.getPrime2();
        BigInteger d = numbers.getPrivateExponent();
        BigInteger product = d.multiply(numbers.getPublicExponent());
        assertThat(numbers.getModulus()).isEqualTo(p.multiply(q));
        assertThat(product.mod(p.subtract(one))).isEqualTo(one);
        assertThat(product.mod(q.subtract(one))).isEqualTo(one);
        assertThat(d.bitLength()).isLessThanOrEqualTo(numbers.getModulus().bitLength());
        assertThat(numbers.getExponent1()).isEqualTo(d.mod(p.subtract(one)));
        assertThat(numbers.getExponent2()).isEqualTo(d.mod(q.subtract(one)));
        assertThat(numbers.getCoefficient()).isEqualTo(q.modInverse(p));
        return key;
    }
}
