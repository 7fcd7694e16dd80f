package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.net.Prefix;
import net.re6st.registry.os.SqliteRegistryStore;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Community files, as recorded: what they mean and which ones are refused. */
class CommunitiesVectorTest {
    private static final int MAX_PREFIX_LENGTH = 80;

    @TempDir
    private Path directory;

    private int files;

    @Test
    void findsCommunitiesAsRecorded() {
        JsonObject file = Vectors.json("communities.json");
        List<String> places = places(Vectors.objects(file.get("tables")).get(0));
        Vectors.forEach(file, "tables", table -> {
            // The same places are looked up in every table, also those that are in none.
            assertThat(places(table)).isEqualTo(places);
            assertThat(Vectors.unknownKeys(table, List.of("lines", "communities", "lookup")))
                    .isEmpty();
            Communities communities = Vectors.has(table, "lines")
                    ? Communities.read(Vectors.strings(table.get("lines")), MAX_PREFIX_LENGTH)
                            .communities()
                            .orElseThrow()
                    : Communities.NONE;
            List<JsonArray> recorded =
                    Vectors.has(table, "communities") ? Vectors.rows(table.get("communities")) : List.of();
            assertThat(communities.list())
                    .isEqualTo(recorded.stream()
                            .map(row -> new Communities.Community(
                                    Prefix.ofBits(row.get(0).getAsString()), Vectors.strings(row.get(1))))
                            .toList());
            for (JsonArray lookup : Vectors.rows(table.get("lookup"))) {
                assertThat(communities
                                .prefixFor(
                                        lookup.get(0).getAsString(),
                                        lookup.get(1).getAsString())
                                .bits())
                        .as("%s", lookup)
                        .isEqualTo(lookup.get(2).getAsString());
            }
        });
    }

    private static List<String> places(JsonObject table) {
        return Vectors.rows(table.get("lookup")).stream()
                .map(lookup -> lookup.get(0) + " " + lookup.get(1))
                .toList();
    }

    @Test
    void acceptsAndRefusesAsRecorded() {
        Vectors.forEach(Vectors.json("communities.json"), "validation", this::validate);
    }

    private void validate(JsonObject one) {
        assertThat(Vectors.unknownKeys(one, List.of("lines", "existing_rows", "accepted", "reference_message")))
                .isEmpty();
        Communities.Reading reading = Communities.read(Vectors.strings(one.get("lines")), MAX_PREFIX_LENGTH);
        Optional<String> refusal = reading.communities().isEmpty()
                ? Optional.of(reading.error())
                : conflict(reading.communities().get(), Vectors.rows(one.get("existing_rows")));
        assertThat(refusal.isEmpty()).isEqualTo(one.get("accepted").getAsBoolean());
        if (one.get("accepted").getAsBoolean()) {
            assertThat(one.get("reference_message").isJsonNull()).isTrue();
        } else {
            assertThat("Invalid community configuration: " + refusal.orElseThrow())
                    .isEqualTo(one.get("reference_message").getAsString());
        }
    }

    private Optional<String> conflict(Communities communities, List<JsonArray> rows) {
        Path file = directory.resolve("registry" + files++ + ".db");
        try (SqliteRegistryStore store = SqliteRegistryStore.open(file, MAX_PREFIX_LENGTH, pem -> Optional.empty());
                RecordedDatabase database = new RecordedDatabase(file)) {
            if (!rows.isEmpty()) {
                database.execute("DELETE FROM cert");
            }
            for (JsonArray row : rows) {
                database.execute(
                        "INSERT INTO cert VALUES (?, NULL, ?)",
                        row.get(0).getAsString(),
                        row.get(1).isJsonNull() ? null : row.get(1).getAsString());
            }
            return communities.conflict(store);
        } catch (SQLException | Failure e) {
            throw new AssertionError(e);
        }
    }
}
