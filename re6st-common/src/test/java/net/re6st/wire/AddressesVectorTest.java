package net.re6st.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import net.re6st.net.TunnelAddress;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.Test;

/** The sections about the peer cache are replayed by its own test; here is what address lists decide alone. */
class AddressesVectorTest {
    private final JsonObject file = Vectors.json("addresses.json");

    @Test
    void parsesOrdinaryLists() {
        Vectors.forEach(file, "parse", vector -> {
            assertThat(vector.get("reference_raises").isJsonNull()).isTrue();
            assertThat(fields(AddressList.parse(text(vector, "text")))).isEqualTo(fields(vector.get("parsed")));
        });
    }

    @Test
    void skipsMalformedEntriesOnly() {
        Vectors.forEach(file, "parse_unusual", vector -> {
            String text = text(vector, "text");
            // The original stops at an entry with a single field: what it delivered is what we find before it.
            Optional<String> upToBad = beforeSingleField(text);
            assertThat(vector.get("reference_raises").isJsonNull()).isEqualTo(upToBad.isEmpty());
            if (upToBad.isPresent()) {
                assertThat(text(vector, "reference_raises")).isEqualTo("IndexError");
            }
            assertThat(fields(AddressList.parse(upToBad.orElse(text)))).isEqualTo(fields(vector.get("parsed")));
            assertThat(AddressList.parse(text).addresses())
                    .containsAll(AddressList.parse(upToBad.orElse(text)).addresses());
            if (!text.isEmpty()) {
                assertThat(AddressList.parse(text).text()).isEqualTo(text);
            }
        });
    }

    @Test
    void writesLists() {
        Vectors.forEach(file, "dump", vector -> {
            List<TunnelAddress> addresses = fields(vector.get("addresses")).stream()
                    .map(fields -> TunnelAddress.parse(String.join(",", fields)).orElseThrow())
                    .toList();
            assertThat(AddressList.of(addresses).text()).isEqualTo(text(vector, "text"));
        });
    }

    @Test
    void leavesOutCountriesForOldPeers() {
        Vectors.forEach(file, "strip_country", vector -> assertThat(AddressList.parse(text(vector, "text"))
                        .withoutCountries()
                        .text())
                .isEqualTo(text(vector, "stripped")));
    }

    @Test
    void mergesWhatIsKnownOfAPeer() {
        Vectors.forEach(file, "add_peer", vector -> {
            AddressList given = AddressList.parse(text(vector, "address"));
            AddressList after = given;
            if (Vectors.has(vector, "stored_before")) {
                AddressList before = AddressList.parse(text(vector, "stored_before"));
                boolean preferred = vector.get("set_preferred").getAsBoolean();
                after = preferred ? before.sortedLike(given) : given.sortedLike(before);
            }
            assertThat(after.text()).isEqualTo(text(vector, "stored_after"));
        });
    }

    private static Optional<String> beforeSingleField(String text) {
        int start = 0;
        for (String entry : text.split(";", -1)) {
            if (entry.indexOf(',') < 0) {
                return Optional.of(text.substring(0, Math.max(0, start - 1)));
            }
            start += entry.length() + 1;
        }
        return Optional.empty();
    }

    private static List<List<String>> fields(AddressList list) {
        return list.addresses().stream()
                .map(address -> List.of(address.toString().split(",", -1)))
                .toList();
    }

    private static List<List<String>> fields(JsonElement entries) {
        return Vectors.rows(entries).stream()
                .map((JsonArray entry) -> Vectors.strings(entry))
                .toList();
    }

    private static String text(JsonObject vector, String name) {
        return vector.get(name).getAsString();
    }
}
