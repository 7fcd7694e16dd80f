package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import net.re6st.cli.Failure;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.registry.os.Database;
import net.re6st.registry.os.Engine;
import net.re6st.registry.os.OpenStore;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Splitting, reserving, freeing and merging of prefixes in the database, as recorded. */
class AllocationVectorTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(Engine.class)
    void allocatesAsRecorded(Engine engine) {
        Vectors.forEach(
                Vectors.json("allocation.json"), "scenarios", scenario -> replay(scenario, engine.make(directory)));
    }

    private static void replay(JsonObject scenario, Database place) {
        assertThat(Vectors.unknownKeys(
                        scenario,
                        List.of(
                                "initial_rows",
                                "name",
                                "network_bits",
                                "max_prefix_length",
                                "community_file",
                                "communities",
                                "steps")))
                .isEmpty();
        int max = Network.parseBits(scenario.get("network_bits").getAsString())
                .orElseThrow()
                .maxPrefixLength();
        assertThat(scenario.get("max_prefix_length").getAsInt()).isEqualTo(max);
        checkCommunities(scenario, max);
        try (OpenStore store = place.openStore(max, pem -> Optional.empty());
                RecordedDatabase database = new RecordedDatabase(place)) {
            assertThat(database.certRows()).isEqualTo(scenario.get("initial_rows"));
            PrefixAllocator allocator = new PrefixAllocator(max);
            for (JsonObject step : Vectors.objects(scenario.get("steps"))) {
                replay(step, store, database, allocator, max);
            }
        } catch (SQLException | Failure e) {
            throw new AssertionError(e);
        }
    }

    private static void checkCommunities(JsonObject scenario, int max) {
        if (!Vectors.has(scenario, "community_file")) {
            assertThat(scenario.get("communities").isJsonNull()).isTrue();
            return;
        }
        Communities communities = Communities.read(Vectors.strings(scenario.get("community_file")), max)
                .communities()
                .orElseThrow();
        List<String> ours = communities.list().stream()
                .map(community -> community.bits().bits() + community.places())
                .sorted()
                .toList();
        List<String> recorded = Vectors.rows(scenario.get("communities")).stream()
                .map(row -> row.get(0).getAsString() + Vectors.strings(row.get(1)))
                .sorted()
                .toList();
        assertThat(ours).isEqualTo(recorded);
    }

    private static void replay(
            JsonObject step, OpenStore store, RecordedDatabase database, PrefixAllocator allocator, int max) {
        switch (step.get("op").getAsString()) {
            case "alloc" -> {
                if (!allocate(step, store, database, allocator, max)) {
                    return;
                }
            }
            case "free" ->
                store.transaction(tx -> {
                    Prefix prefix = Prefix.ofBits(step.get("prefix").getAsString());
                    tx.freeBlock(prefix);
                    return prefix;
                });
            case "merge" ->
                store.transaction(tx -> {
                    allocator.merge(tx);
                    return tx;
                });
            default -> throw new AssertionError("unknown step " + step);
        }
        assertThat(database.certRows()).isEqualTo(step.get("rows"));
    }

    /** False if the original took another one of several equal blocks; the rows are then made the recorded ones. */
    private static boolean allocate(
            JsonObject step, OpenStore store, RecordedDatabase database, PrefixAllocator allocator, int max) {
        int length = step.get("length").getAsInt();
        Prefix community = Prefix.ofBits(step.get("community").getAsString());
        int full = community.length() + length;
        TreeSet<String> candidates = new TreeSet<>(Vectors.strings(step.get("candidates")));
        assertThat(candidates(store, community, Math.min(full, length == 0 ? 0 : full)))
                .isEqualTo(length == 0 ? new TreeSet<>() : candidates);
        Optional<Prefix> allocated = store.transaction(tx -> allocator.allocate(tx, community, length));
        if (step.get("prefix").isJsonNull()) {
            assertThat(allocated).isEmpty();
            boolean possible = length > 0 && full <= max;
            assertThat(step.get("reference_raises").getAsString())
                    .isEqualTo(possible ? "StopIteration" : "AssertionError");
            return true;
        }
        assertThat(step.get("reference_raises").isJsonNull()).isTrue();
        String prefix = step.get("prefix").getAsString();
        JsonElement email = step.get("email");
        if (candidates.size() > 1 && !prefix.startsWith(candidates.first())) {
            assertThat(candidates).anyMatch(prefix::startsWith);
            assertThat(prefix).hasSize(full);
            assertThat(allocated.orElseThrow().bits()).hasSize(full).startsWith(candidates.first());
            assertThat(Vectors.rows(step.get("rows")))
                    .anyMatch(row -> row.get(0).getAsString().equals(prefix)
                            && row.get(1).equals(email));
            replaceRows(database, step);
            return false;
        }
        assertThat(allocated.orElseThrow().bits()).isEqualTo(prefix);
        database.execute(
                "UPDATE cert SET email = ?, cert = 'in use' WHERE prefix = ?",
                email.isJsonNull() ? null : email.getAsString(),
                prefix);
        return true;
    }

    private static Set<String> candidates(OpenStore store, Prefix community, int full) {
        TreeSet<String> longest = new TreeSet<>();
        for (Prefix block : store.read(view -> view.freeBlocks())) {
            if (block.startsWith(community) && block.length() <= full) {
                if (!longest.isEmpty() && longest.first().length() < block.length()) {
                    longest.clear();
                }
                if (longest.isEmpty() || longest.first().length() == block.length()) {
                    longest.add(block.bits());
                }
            }
        }
        return longest;
    }

    private static void replaceRows(RecordedDatabase database, JsonObject step) {
        database.execute("DELETE FROM cert");
        for (JsonArray row : Vectors.rows(step.get("rows"))) {
            String state = row.get(2).getAsString();
            database.execute(
                    "INSERT INTO cert VALUES (?, ?, ?)",
                    row.get(0).getAsString(),
                    row.get(1).isJsonNull() ? null : row.get(1).getAsString(),
                    state.equals("free") ? null : state);
        }
    }
}
