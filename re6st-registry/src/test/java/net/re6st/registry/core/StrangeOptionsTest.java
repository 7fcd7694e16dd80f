package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.re6st.net.Prefix;
import net.re6st.registry.os.CertificateRows;
import net.re6st.registry.os.OpenStore;
import net.re6st.registry.os.SqliteFile;
import net.re6st.registry.port.CaKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registries of one network whose options differ. */
class StrangeOptionsTest {
    private static final CaKey KEY = data -> data;

    @TempDir
    private Path directory;

    private static ParameterPublisher publisher(int helloSeconds) {
        NetworkOptions options = new NetworkOptions(Optional.empty(), List.of(), 10, false, helloSeconds, 20, 1, 300);
        return new ParameterPublisher(options, KEY, new AuditLog(KEY));
    }

    @Test
    void areNamedByWhatDiffers() throws Exception {
        try (OpenStore store = new SqliteFile(directory.resolve("a.db")).openStore(80, CertificateRows::read)) {
            ParameterPublisher ours = publisher(15);
            Optional<String> nothing = store.read(ours::difference);
            assertThat(nothing).isEmpty();
            store.transaction(tx -> {
                tx.setRegistryPrefix(Prefix.ofBits("0101"));
                return ours.publishChanges(tx, RecordedRegistry.occasion(1));
            });
            Optional<String> own = store.read(ours::difference);
            assertThat(own).isEmpty();
            store.transaction(tx -> {
                tx.revoke(7, 100);
                return publisher(20).publishChanges(tx, RecordedRegistry.occasion(2));
            });
            Optional<String> other = store.read(ours::difference);
            assertThat(other).contains("hello: 20 -> 15");
            // Looking changes nothing.
            new StrangeOptions(store, ours).look();
            Optional<String> still = store.read(ours::difference);
            assertThat(still).isEqualTo(other);
        }
    }
}
