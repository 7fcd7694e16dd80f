package net.re6st.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import net.re6st.net.Bytes;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.junit.jupiter.api.Test;

class DhParametersTest {
    private static final int FRACTION_BITS = 2048;

    @Test
    void areThoseOfTheFormulaInRfc7919() {
        Bytes der = Pem.decode(Pem.DH_PARAMETERS, DhParameters.FFDHE2048).orElseThrow();
        ASN1Sequence sequence = ASN1Sequence.getInstance(der.toArray());
        BigInteger one = BigInteger.ONE;
        // p = 2^2048 - 2^1984 + (floor(2^1918 * e) + 560316) * 2^64 - 1
        BigInteger e = e().shiftRight(FRACTION_BITS - 1918);
        BigInteger prime = one.shiftLeft(2048)
                .subtract(one.shiftLeft(1984))
                .add(e.add(BigInteger.valueOf(560316)).shiftLeft(64))
                .subtract(one);
        assertThat(List.of(
                        ASN1Integer.getInstance(sequence.getObjectAt(0)).getValue(),
                        ASN1Integer.getInstance(sequence.getObjectAt(1)).getValue()))
                .containsExactly(prime, BigInteger.TWO);
    }

    /** Euler's number times 2^2048, rounded down: the sum of the inverse factorials. */
    private static BigInteger e() {
        BigInteger sum = BigInteger.ZERO;
        BigInteger term = BigInteger.ONE.shiftLeft(FRACTION_BITS + 64);
        for (int n = 1; term.signum() > 0; n++) {
            sum = sum.add(term);
            term = term.divide(BigInteger.valueOf(n));
        }
        return sum.shiftRight(64);
    }
}
