package net.re6st.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import java.math.BigInteger;
import java.util.List;
import net.re6st.net.Bytes;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.Test;

class IntegersVectorTest {
    private final JsonObject file = Vectors.json("integers.json");

    @Test
    void encodesAndDecodes() {
        Vectors.forEach(file, "encode", vector -> {
            long value = vector.get("value").getAsLong();
            Bytes bytes = Bytes.ofHex(vector.get("hex").getAsString());
            assertThat(PackedInteger.encode(value)).isEqualTo(bytes);
            assertThat(PackedInteger.encode(BigInteger.valueOf(value))).isEqualTo(bytes);
            assertThat(PackedInteger.decode(bytes, 0)).contains(new PackedInteger.Decoded(value, bytes.size()));
        });
    }

    @Test
    void refusesWhatHasNoForm() {
        Vectors.forEach(file, "encode_errors", vector -> {
            BigInteger value = vector.get("value").getAsBigInteger();
            assertThatThrownBy(() -> PackedInteger.encode(value)).isInstanceOf(IllegalArgumentException.class);
            // What the original raises tells on which side of the range the value is.
            assertThat(vector.get("reference_raises").getAsString())
                    .isEqualTo(value.signum() < 0 ? "error" : "OverflowError");
        });
    }

    @Test
    void leavesWhatFollows() {
        Vectors.forEach(file, "decode", vector -> {
            Bytes bytes = Bytes.ofHex(vector.get("hex").getAsString());
            PackedInteger.Decoded expected = new PackedInteger.Decoded(
                    vector.get("value").getAsLong(), vector.get("consumed").getAsInt());
            assertThat(PackedInteger.decode(bytes, 0)).contains(expected);
            assertThat(PackedInteger.decode(Bytes.copyOf((byte) -1).plus(bytes), 1))
                    .contains(expected);
            assertThat(PackedInteger.encode(expected.value())).isEqualTo(bytes.slice(0, expected.size()));
        });
    }

    @Test
    void findsNothingInTruncatedBytes() {
        Vectors.forEach(file, "undecodable", vector -> {
            Bytes bytes = Bytes.ofHex(vector.get("hex").getAsString());
            int needs = vector.get("needs").getAsInt();
            assertThat(PackedInteger.decode(bytes, 0)).isEmpty();
            Bytes zeros = Bytes.copyOf(new byte[needs - bytes.size()]);
            assertThat(PackedInteger.decode(bytes.plus(zeros), 0).map(PackedInteger.Decoded::size))
                    .contains(needs);
            if (vector.has("reference_raises")) {
                assertThat(bytes.isEmpty()).isTrue();
                assertThat(vector.get("reference_raises").getAsString()).isEqualTo("IndexError");
            }
        });
    }

    @Test
    void sortsAsTheValuesDo() {
        JsonObject order = file.getAsJsonObject("order");
        List<Long> values = Vectors.strings(order.get("values")).stream()
                .map(Long::valueOf)
                .sorted()
                .toList();
        List<Bytes> encoded =
                values.stream().map(PackedInteger::encode).sorted().toList();
        assertThat(encoded.stream().map(Bytes::toHex).toList()).isEqualTo(Vectors.strings(order.get("sorted_hex")));
        assertThat(encoded.stream()
                        .map(bytes -> PackedInteger.decode(bytes, 0)
                                .map(PackedInteger.Decoded::value)
                                .orElse(-1L))
                        .toList())
                .isEqualTo(values);
    }
}
