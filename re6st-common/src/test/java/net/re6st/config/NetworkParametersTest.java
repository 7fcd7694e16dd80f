package net.re6st.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class NetworkParametersTest {
    private static final String USUAL =
            "{\"babel_default\": \"x\", \"crl\": [7, 3], \"protocol\": 10, \"min_protocol\": 2,"
                    + " \"registry_prefix\": \"0101\", \"client_count\": 4, \"encrypt\": true, \"hello\": 2, \"max_clients\": 9,"
                    + " \"tunnel_refresh\": 20, \"same_country\": [\"FR\"], \"ipv4\": \"10.0.0.0/8\", \"ipv4_sublen\": 16,"
                    + " \"valid_until\": 1795337421.65, \"delay_restart\": 5, \"\": [\"version\"], \"version\": \"Kv8=\","
                    + " \"babel_hmac_sign\": \"AQID\", \"babel_hmac_accept\": \"\"}";

    @Test
    void answersWhatTheProgramsAsk() {
        NetworkParameters usual = read(USUAL).orElseThrow();
        assertThat(usual.babelDefault()).isEqualTo("x");
        assertThat(usual.crl()).containsExactly(BigInteger.valueOf(3), BigInteger.valueOf(7));
        assertThat(usual.protocol()).isEqualTo(10);
        assertThat(usual.minProtocol()).isEqualTo(2);
        assertThat(usual.registryPrefix()).isEqualTo(Prefix.ofBits("0101"));
        assertThat(usual.clientCount()).isEqualTo(4);
        assertThat(usual.maxClients()).isEqualTo(9);
        assertThat(usual.encrypt()).isTrue();
        assertThat(usual.helloSeconds()).isEqualTo(2);
        assertThat(usual.tunnelRefreshSeconds()).isEqualTo(20);
        assertThat(usual.sameCountry()).containsExactly("FR");
        assertThat(usual.ipv4()).contains("10.0.0.0/8");
        assertThat(usual.ipv4SublenBits()).isEqualTo(16);
        assertThat(usual.validUntilUnixSeconds()).isEqualTo(1795337421);
        assertThat(usual.delayRestartSeconds()).isEqualTo(5);
        assertThat(usual.version()).isEqualTo(Bytes.ofHex("2aff"));
        assertThat(usual.versionNumber()).hasValue(32 + 0x0aff);
        assertThat(usual.babelHmacSign()).contains(Bytes.ofHex("030201"));
        assertThat(usual.babelHmacAccept()).contains(Bytes.EMPTY);
        assertThat(usual.toString()).doesNotContain("10.0.0.0");
    }

    @Test
    void missingOrSillyValuesAreReplaced() {
        NetworkParameters silly = read("{\"crl\": 5, \"registry_prefix\": \"x\", \"client_count\": -1, \"hello\": 0,"
                        + " \"tunnel_refresh\": 1e300, \"same_country\": [5], \"version\": 7, \"encrypt\": null,"
                        + " \"max_clients\": 99999999, \"protocol\": \"10\"}")
                .orElseThrow();
        assertThat(silly.crl()).isEmpty();
        assertThat(silly.registryPrefix()).isEqualTo(Prefix.EMPTY);
        assertThat(silly.clientCount()).isZero();
        assertThat(silly.helloSeconds()).isEqualTo(1);
        assertThat(silly.tunnelRefreshSeconds()).isEqualTo(365 * 24 * 3600);
        assertThat(silly.sameCountry()).isEmpty();
        assertThat(silly.version()).isEqualTo(Bytes.EMPTY);
        assertThat(silly.encrypt()).isFalse();
        assertThat(silly.maxClients()).isEqualTo(10_000);
        assertThat(silly.protocol()).isZero();
        assertThat(NetworkParameters.EMPTY.helloSeconds()).isEqualTo(15);
        assertThat(NetworkParameters.EMPTY.maxClients()).isEqualTo(20);
        assertThat(NetworkParameters.EMPTY.babelHmacSign()).isEmpty();
        assertThat(NetworkParameters.EMPTY.versionNumber()).isEmpty();
        assertThat(NetworkParameters.EMPTY.validUntilUnixSeconds()).isZero();
    }

    @Test
    void tellsWhatChangedByMeaning() {
        NetworkParameters usual = read(USUAL).orElseThrow();
        assertThat(usual.changedFrom(usual)).isEmpty();
        NetworkParameters other = usual.with(Parameter.ENCRYPT, Value.of(1))
                .with(Parameter.HELLO, new Value.Real(2))
                .with(Parameter.DELAY_RESTART, Value.of(50))
                .with(Parameter.CLIENT_COUNT, Value.of(5))
                .without(Parameter.IPV4);
        assertThat(other.changedFrom(usual)).containsExactly(Parameter.CLIENT_COUNT, Parameter.IPV4);
        assertThat(usual.changedFrom(other)).containsExactly(Parameter.CLIENT_COUNT, Parameter.IPV4);
        assertThat(other.changedRows(usual.toRows())).containsExactly("client_count", "ipv4");
        assertThat(usual.changedFrom(NetworkParameters.EMPTY)).hasSize(Parameter.values().length - 1);
    }

    @Test
    void comesBackFromItsRows() {
        NetworkParameters usual = read(USUAL).orElseThrow();
        NetworkParameters stored = NetworkParameters.fromRows(usual.toRows());
        assertThat(stored.changedFrom(usual)).isEmpty();
        assertThat(stored.toRows()).isEqualTo(usual.toRows());
        assertThat(stored.validUntilUnixSeconds()).isEqualTo(1795337421);
        assertThat(stored.delayRestartSeconds()).isZero();
    }

    @Test
    void refusesWhatItCannotStoreOrDecrypt() {
        for (String json : new String[] {
            "[]",
            "{\"\": [5]}",
            "{\"\": \"version\"}",
            "{\"\": [\"v\"], \"v\": 1}",
            "{\"\": [\"v\"], \"v\": \"A\"}",
            "{\"babel_hmac_sign\": 5}",
            "{\"babel_hmac_sign\": \"/w==\"}",
            "{\"x\": 9223372036854775808}"
        }) {
            assertThat(read(json)).as(json).isEmpty();
        }
        StringBuilder many = new StringBuilder("{\"x\": 1");
        for (int i = 0; i < 1000; i++) {
            many.append(", \"x").append(i).append("\": 1");
        }
        assertThat(read(many + "}")).isEmpty();
        assertThat(NetworkParameters.decode(Bytes.ofHex("78bb"), Optional::of)).isEmpty();
        assertThat(NetworkParameters.decode(Zlib.deflate(Bytes.ofHex("ff")), Optional::of))
                .isEmpty();
    }

    @Test
    void aBombIsRefusedBeforeItFillsTheMemory() {
        Bytes bomb = Zlib.deflate(Bytes.copyOf(new byte[64 << 20]));
        assertThat(bomb.size()).isLessThan(100_000);
        assertThat(NetworkParameters.decode(bomb, Optional::of)).isEmpty();
        assertThat(Zlib.inflate(bomb, 64 << 20).map(Bytes::size)).contains(64 << 20);
    }

    @Test
    void anyAnswerIsReadOrRefused() {
        Seeds.forEach(10_000, (seed, random) -> {
            byte[] json = USUAL.getBytes(StandardCharsets.UTF_8);
            damage(json, random);
            byte[] body = Zlib.deflate(Bytes.copyOf(json)).toArray();
            if (random.nextInt(3) == 0) {
                damage(body, random);
            }
            NetworkParameters.decode(Bytes.copyOf(body), Optional::of).ifPresent(NetworkParametersTest::askAll);
        });
    }

    @Test
    void anyRowsAreReadOrIgnored() {
        Map<String, Value> usual = read(USUAL).orElseThrow().toRows();
        Seeds.forEach(10_000, (seed, random) -> {
            Map<String, Value> rows = new TreeMap<>(usual);
            for (String name : usual.keySet()) {
                if (random.nextInt(4) == 0) {
                    rows.put(random.nextInt(4) == 0 ? name + ":json" : name, row(random));
                }
            }
            askAll(NetworkParameters.fromRows(rows));
        });
    }

    private static void askAll(NetworkParameters parameters) {
        parameters.crl();
        parameters.version();
        parameters.versionNumber();
        parameters.registryPrefix();
        parameters.sameCountry();
        parameters.babelHmacSign();
        parameters.babelHmacAccept();
        parameters.validUntilUnixSeconds();
        assertThat(parameters.helloSeconds()).isBetween(1, 600);
        assertThat(parameters.clientCount()).isBetween(0, 10_000);
        assertThat(parameters.maxClients()).isBetween(0, 20_000);
        assertThat(parameters.encrypt()).isIn(true, false);
        assertThat(parameters.toRows().values())
                .noneMatch(value -> value instanceof Value.Flag || value instanceof Value.Items);
        parameters.changedFrom(NetworkParameters.EMPTY);
    }

    private static Value row(RandomGenerator random) {
        switch (random.nextInt(7)) {
            case 0:
                return new Value.Null();
            case 1:
                return Value.of(random.nextLong());
            case 2:
                return new Value.Real(Double.longBitsToDouble(random.nextLong()));
            case 3:
                return Value.of(Bytes.ofHex("ffff"));
            case 4:
                return Value.of("[1, \"x\", {}]");
            case 5:
                return Value.of("[");
            default:
                return Value.of("");
        }
    }

    private static void damage(byte[] bytes, RandomGenerator random) {
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] =
                    (byte) (random.nextBoolean() ? random.nextInt() : '0' + random.nextInt(75));
        }
    }

    /** What is encrypted in these tests is so by reversal; a lone 0xff can't be decrypted. */
    private static Optional<NetworkParameters> read(String json) {
        Bytes body = Zlib.deflate(Bytes.copyOf(json.getBytes(StandardCharsets.UTF_8)));
        return NetworkParameters.decode(body, NetworkParametersTest::reversed);
    }

    private static Optional<Bytes> reversed(Bytes sealed) {
        byte[] reversed = new byte[sealed.size()];
        for (int i = 0; i < reversed.length; i++) {
            reversed[i] = sealed.at(reversed.length - 1 - i);
        }
        return List.of(Bytes.ofHex("ff")).contains(sealed) ? Optional.empty() : Optional.of(Bytes.copyOf(reversed));
    }
}
