package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.registry.os.CertificateRows;
import net.re6st.registry.os.SqliteRegistryStore;
import net.re6st.wire.PackedInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The published parameters as people read them. */
class PublishedParametersTest {
    @TempDir
    private Path directory;

    @Test
    void showsEachParameter() throws Failure {
        try (SqliteRegistryStore store =
                SqliteRegistryStore.open(directory.resolve("registry.db"), 80, CertificateRows::read)) {
            assertThat(store.read(PublishedParameters::of)).isEmpty();
            String many = "[" + "1234567, ".repeat(100) + "1]";
            store.transaction(tx -> {
                tx.setVersion(PackedInteger.encode(7));
                tx.setLastConfig("{\"crl\": " + many
                        + ", \"hello\": 15, \"encrypt\": false, \"registry_prefix\": \"0000000000000101\"}");
                return tx;
            });
            Optional<PublishedParameters> published = store.read(PublishedParameters::of);
            assertThat(published.orElseThrow().version()).isEqualTo(7);
            assertThat(published.get().entries())
                    .contains(
                            new PublishedParameters.Entry("hello", "15"),
                            new PublishedParameters.Entry("encrypt", "false"),
                            new PublishedParameters.Entry("registry_prefix", "5/16"));
            assertThat(published.get().entries().get(0).value())
                    .hasSize(401)
                    .startsWith("[1234567, ")
                    .endsWith("…");
        }
    }
}
