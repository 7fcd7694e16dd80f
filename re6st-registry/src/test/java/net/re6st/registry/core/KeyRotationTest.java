package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import net.re6st.cli.Failure;
import net.re6st.net.Bytes;
import net.re6st.registry.core.KeyRotation.State;
import net.re6st.registry.os.CertificateRows;
import net.re6st.registry.os.SqliteRegistryStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each step of a rotation is told for what it is. */
class KeyRotationTest {
    @TempDir
    private Path directory;

    @Test
    void followsARotation() throws Failure {
        try (SqliteRegistryStore store = open()) {
            store.transaction(tx -> {
                tx.setBabelKey(0, Optional.of(Bytes.copyOf((byte) 1)));
                return tx;
            });
            assertThat(now(store)).isEqualTo(new KeyRotation(State.AT_REST, OptionalLong.empty()));
            step(store);
            assertThat(now(store)).isEqualTo(new KeyRotation(State.NEW_ACCEPTED, OptionalLong.of(4600)));
            step(store);
            assertThat(now(store)).isEqualTo(new KeyRotation(State.NEW_USED, OptionalLong.empty()));
            step(store);
            assertThat(now(store)).isEqualTo(new KeyRotation(State.AT_REST, OptionalLong.empty()));
        }
    }

    @Test
    void followsTheIntroductionOfAFirstKey() throws Failure {
        try (SqliteRegistryStore store = open()) {
            assertThat(now(store).state()).isEqualTo(State.NO_KEY);
            step(store);
            assertThat(now(store).state()).isEqualTo(State.FIRST_USED);
            step(store);
            assertThat(now(store).state()).isEqualTo(State.AT_REST);
        }
    }

    private SqliteRegistryStore open() throws Failure {
        return SqliteRegistryStore.open(directory.resolve("registry.db"), 80, CertificateRows::read);
    }

    private static KeyRotation now(SqliteRegistryStore store) {
        return store.read(KeyRotation::of);
    }

    private static void step(SqliteRegistryStore store) {
        store.transaction(tx -> BabelKeys.step(tx, new Random(1), 1000));
    }
}
