package net.re6st.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.math.BigInteger;
import java.util.Optional;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.Test;

/** The sections about texts and bits; those about certificates are replayed beside these. */
class PrefixesVectorTest {
    private final JsonObject file = Vectors.json("prefixes.json");

    @Test
    void readsCns() {
        Vectors.forEach(file, "subnet_to_bits", vector -> {
            Prefix prefix = Prefix.parseCn(text(vector, "cn")).orElseThrow();
            assertThat(prefix.bits()).isEqualTo(text(vector, "bits"));
            assertThat(Prefix.parseCn(prefix.cn())).contains(prefix);
        });
    }

    @Test
    void refusesCnsThatTheOriginalShouldHaveRefused() {
        Vectors.forEach(file, "subnet_odd", vector -> {
            String cn = text(vector, "cn");
            Optional<String> there = asTheOriginalReads(cn);
            assertThat(Vectors.has(vector, "reference_raises")).isEqualTo(there.isEmpty());
            if (there.isEmpty()) {
                assertThat(text(vector, "reference_raises")).isEqualTo("ValueError");
                assertThat(vector.get("reference_result").isJsonNull()).isTrue();
            } else {
                assertThat(text(vector, "reference_result")).isEqualTo(there.get());
            }
            assertThat(Prefix.parseCn(cn).map(Prefix::bits))
                    .isEqualTo(cn.equals("0/0") ? Optional.of("0") : Optional.empty());
        });
    }

    @Test
    void readsAndWritesAddresses() {
        Vectors.forEach(file, "ip_to_bits", vector -> {
            Ip6 address = Ip6.parse(text(vector, "ip")).orElseThrow();
            assertThat(address.toBytes().toHex()).isEqualTo(text(vector, "hex"));
            assertThat(address.bits()).isEqualTo(text(vector, "bits"));
            assertThat(Ip6.parse(address.toString())).contains(address);
        });
    }

    @Test
    void refusesWhatIsNoAddress() {
        for (String text : Vectors.strings(file.get("ip_invalid"))) {
            assertThat(Ip6.parse(text)).as(text).isEmpty();
        }
        assertThat(Vectors.strings(file.get("ip_invalid"))).isNotEmpty();
    }

    @Test
    void fillsBitsUpToAnAddress() {
        Vectors.forEach(file, "bits_to_ip", vector -> {
            String bits = text(vector, "bits");
            String suffix = text(vector, "suffix");
            int rest = BitString.MAX_LENGTH - bits.length();
            boolean tooLong = rest < 0 || (rest > 0 && suffix.length() > rest);
            assertThat(vector.get("ip").isJsonNull()).isEqualTo(tooLong);
            assertThat(vector.get("reference_raises").isJsonNull()).isEqualTo(!tooLong);
            if (tooLong) {
                assertThat(Prefix.parseBits(bits).isEmpty()).isEqualTo(rest < 0);
                assertThat(text(vector, "reference_raises")).isEqualTo(rest < 0 ? "SystemExit" : "error");
            } else {
                assertThat(address(bits, suffix).toString()).isEqualTo(text(vector, "ip"));
            }
        });
    }

    @Test
    void findsTheNetworkInTheSerialOfTheCa() {
        Vectors.forEach(file, "network_from_serial", vector -> {
            BigInteger serial = new BigInteger(text(vector, "serial"), 16);
            Network network = Network.ofSerial(serial).orElseThrow();
            assertThat(network.bits()).isEqualTo(text(vector, "bits"));
            assertThat(network.toString()).isEqualTo(text(vector, "network"));
            assertThat(network.serial()).isEqualTo(serial);
            assertThat(Network.parseBits(network.bits())).contains(network);
        });
    }

    @Test
    void writesCns() {
        Vectors.forEach(file, "bits_to_cn", vector -> {
            Prefix prefix = Prefix.ofBits(text(vector, "bits"));
            assertThat(prefix.cn()).isEqualTo(text(vector, "cn"));
            assertThat(prefix.bits()).isEqualTo(text(vector, "bits"));
        });
    }

    /** Our two ways to an address where one of them applies, else the arithmetic below them. */
    private static Ip6 address(String bits, String suffix) {
        Subnet subnet = new Subnet(Network.parseBits("").orElseThrow(), Prefix.ofBits(bits));
        if (suffix.isEmpty()) {
            return subnet.firstAddress();
        } else if (suffix.equals("1")) {
            return subnet.mainAddress();
        }
        int rest = BitString.MAX_LENGTH - bits.length();
        BitString filled = BitString.parse(bits).orElseThrow();
        if (rest > 0) {
            filled = filled.plus(new BitString(0, 0, rest - suffix.length()))
                    .plus(BitString.parse(suffix).orElseThrow());
        }
        return new Ip6(filled.high(), filled.low());
    }

    /** Any integer in Python's sense on both sides; binary digits of the first, padded; none if that fails. */
    private static Optional<String> asTheOriginalReads(String cn) {
        String[] sides = cn.replaceAll("[ _]", "").split("/", -1);
        if (sides.length != 2 || !sides[0].matches("-?[0-9]+") || !sides[1].matches("-?[0-9]+")) {
            return Optional.empty();
        }
        BigInteger number = new BigInteger(sides[0]);
        String digits = (number.signum() < 0 ? "b" : "") + number.abs().toString(2);
        return Optional.of("0".repeat(Math.max(0, Integer.parseInt(sides[1]) - digits.length())) + digits);
    }

    private static String text(JsonObject vector, String name) {
        return vector.get(name).getAsString();
    }
}
