package net.re6st.registry.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import net.re6st.crypto.Secret;
import net.re6st.net.Prefix;
import net.re6st.registry.port.CertificateRow;
import net.re6st.registry.port.Offer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets that are offered are kept in memory, within a limit; how they count is in {@link RegistryStoreContract}. */
class OfferedSessionsTest {
    private static final int PROTOCOL = 10;

    @TempDir
    private Path directory;

    @Test
    void areForgottenOldestFirstWhenThereAreTooMany() throws Exception {
        OfferedSessions few = new OfferedSessions(2);
        Path file = directory.resolve("a.db");
        try (SqliteRegistryStore store = SqliteRegistryStore.open(file, 80, CertificateRows::read);
                SqliteConnection connection = new SqliteConnection(file)) {
            SqlTx tx = new SqlTx(connection);
            Secret offered = RegistryStoreContract.secret(RandomGenerator.getDefault());
            for (String bits : List.of("00", "01", "10")) {
                Prefix prefix = Prefix.ofBits(bits);
                store.transaction(change -> {
                    change.addBlock(prefix);
                    change.storeCertificate(
                            new CertificateRow(prefix, bits, prefix.bits().hashCode(), OptionalLong.empty(), 1L));
                    return change;
                });
                few.add(new Offer(prefix, bits, offered, PROTOCOL));
            }
            assertThat(few.with(tx).sessions(Prefix.ofBits("00")).sessions()).isEmpty();
            assertThat(few.with(tx).sessions(Prefix.ofBits("01")).sessions()).hasSize(1);
            assertThat(few.with(tx).sessions(Prefix.ofBits("10")).sessions()).hasSize(1);
        }
    }
}
