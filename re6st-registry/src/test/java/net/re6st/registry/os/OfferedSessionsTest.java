package net.re6st.registry.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.port.CertificateRow;
import net.re6st.registry.port.Offer;
import net.re6st.rpc.RpcSession;
import net.re6st.rpc.ServerSessions;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets that are offered are kept in memory, and nobody notices. */
class OfferedSessionsTest {
    private static final Prefix CLIENT = Prefix.ofBits("0101");
    private static final String TARGET = "/getDh?cn=0101";
    private static final int PROTOCOL = 10;

    @TempDir
    private Path directory;

    private SqliteRegistryStore store;

    @BeforeEach
    void open() throws Exception {
        store = SqliteRegistryStore.open(directory.resolve("a.db"), 80, CertificateRows::read);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void givesCertificate(String pem, long serial) {
        store.transaction(tx -> {
            tx.addBlock(CLIENT);
            tx.storeCertificate(new CertificateRow(CLIENT, pem, serial, OptionalLong.empty(), 4_000_000_000L));
            return tx;
        });
    }

    private static Secret secret(RandomGenerator random) {
        byte[] bytes = new byte[Secret.SIZE];
        random.nextBytes(bytes);
        return Secret.of(Bytes.copyOf(bytes)).orElseThrow();
    }

    private Optional<ServerSessions.Authenticated> use(Secret secret) {
        Bytes mac = new RpcSession(secret).sign(TARGET);
        return store.sessions(tx -> {
            Optional<ServerSessions.Authenticated> call = tx.sessions(CLIENT).authenticate(TARGET, mac);
            call.ifPresent(authenticated -> tx.storeSessions(CLIENT, authenticated.remaining()));
            return call;
        });
    }

    @Test
    void decideAsIfEachHadBeenWrittenAtItsTime() {
        givesCertificate("pem", 1);
        Seeds.forEach(100, (seed, random) -> {
            store.sessions(tx -> {
                tx.storeSessions(CLIENT, ServerSessions.NONE.hello(secret(random), 1));
                return tx;
            });
            ServerSessions model = store.sessions(tx -> tx.sessions(CLIENT));
            List<Secret> known = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                if (known.isEmpty() || random.nextInt(3) > 0) {
                    Secret offered = secret(random);
                    known.add(offered);
                    store.offer(new Offer(CLIENT, "pem", offered, PROTOCOL));
                    model = model.hello(offered, PROTOCOL);
                } else {
                    Secret tried = known.get(random.nextInt(known.size()));
                    Optional<ServerSessions.Authenticated> expected =
                            model.authenticate(TARGET, new RpcSession(tried).sign(TARGET));
                    assertThat(use(tried).isPresent()).isEqualTo(expected.isPresent());
                    model = expected.map(ServerSessions.Authenticated::remaining)
                            .orElse(model);
                    if (expected.isPresent()) {
                        known.add(tried.next());
                    }
                }
                assertThat(states(store.sessions(tx -> tx.sessions(CLIENT)))).isEqualTo(states(model));
            }
        });
    }

    private static List<Secret> states(ServerSessions sessions) {
        return sessions.sessions().stream()
                .map(session -> session.state().secret())
                .toList();
    }

    @Test
    void keepTheFirstOfferToAStranger() {
        givesCertificate("pem", 1);
        Secret first = secret(RandomGenerator.getDefault());
        Secret second = secret(RandomGenerator.getDefault());
        Secret third = secret(RandomGenerator.getDefault());
        for (Secret offered : List.of(first, second, third)) {
            store.offer(new Offer(CLIENT, "pem", offered, PROTOCOL));
        }
        assertThat(states(store.sessions(tx -> tx.sessions(CLIENT)))).containsExactly(first, third);
    }

    @Test
    void areOfNoUseToSomebodyWithAnotherCertificate() {
        givesCertificate("pem", 1);
        Secret offered = secret(RandomGenerator.getDefault());
        store.offer(new Offer(CLIENT, "pem", offered, PROTOCOL));
        store.transaction(tx -> {
            tx.freeBlock(CLIENT);
            return tx;
        });
        assertThat(use(offered)).isEmpty();
        store.offer(new Offer(CLIENT, "pem", offered, PROTOCOL));
        store.transaction(tx -> {
            tx.storeCertificate(new CertificateRow(CLIENT, "another", 2, OptionalLong.empty(), 4_000_000_000L));
            return tx;
        });
        assertThat(use(offered)).isEmpty();
        store.offer(new Offer(CLIENT, "another", offered, PROTOCOL));
        assertThat(use(offered)).isPresent();
    }

    @Test
    void areForgottenOldestFirstWhenThereAreTooMany() throws Exception {
        OfferedSessions few = new OfferedSessions(2);
        try (SqliteConnection connection = new SqliteConnection(directory.resolve("a.db"))) {
            SqliteTx tx = new SqliteTx(connection);
            Secret offered = secret(RandomGenerator.getDefault());
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
