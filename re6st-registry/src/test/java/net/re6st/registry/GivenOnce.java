package net.re6st.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import net.re6st.crypto.Certificate;
import net.re6st.net.Prefix;
import net.re6st.registry.port.CertificateRow;
import net.re6st.registry.port.RegistryStore;

/** What was answered is in the database, and no prefix or serial was given twice. */
final class GivenOnce {
    private GivenOnce() {}

    static void check(RegistryStore store, Collection<String> answered) {
        Set<Prefix> prefixes = new HashSet<>();
        Set<Long> serials = new HashSet<>();
        Set<Long> subjectSerials = new HashSet<>();
        for (String pem : answered) {
            Prefix prefix = Certificate.ofPem(pem).orElseThrow().prefix().orElseThrow();
            CertificateRow row = store.read(view -> view.certificate(prefix)).orElseThrow();
            assertThat(row.pem()).isEqualTo(pem);
            assertThat(prefixes.add(prefix)).isTrue();
            assertThat(serials.add(row.serial())).isTrue();
            assertThat(subjectSerials.add(row.subjectSerial().orElseThrow())).isTrue();
        }
        assertThat(prefixes).hasSameSizeAs(answered);
    }
}
