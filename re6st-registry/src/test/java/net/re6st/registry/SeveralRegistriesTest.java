package net.re6st.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.registry.command.Subcommands;
import net.re6st.registry.os.CertificateRows;
import net.re6st.registry.os.Database;
import net.re6st.registry.os.OpenStore;
import net.re6st.testing.PostgresServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several registries, each a process, over one PostgreSQL server, while something is killed or started again: no call fails for
 * good, and nothing is given twice. {@code -Dre6st.all=true} for thousands of calls.
 */
class SeveralRegistriesTest {
    private static final boolean IS_LONG = Boolean.getBoolean("re6st.all");
    private static final int CALLS = IS_LONG ? 2000 : 120;
    private static final int CLIENTS = 6;

    /** Longer than calls wait for the database. */
    private static final Duration OUTAGE = Duration.ofMillis(6500);

    @TempDir
    private Path directory;

    private final RsaPrivateKey key = RsaPrivateKey.generate(2048, new SecureRandom());
    private final List<AutoCloseable> started = new ArrayList<>();

    @BeforeEach
    void prepare() throws Exception {
        PostgresServer.assumeInstalled();
        RegistryChild.writeAuthority(directory);
    }

    @AfterEach
    void end() throws Exception {
        for (int i = started.size() - 1; i >= 0; i--) {
            started.get(i).close();
        }
    }

    private <T extends AutoCloseable> T closing(T opened) {
        started.add(opened);
        return opened;
    }

    private List<RegistryChild> registries(int count, String db) throws Exception {
        List<RegistryChild> registries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            registries.add(closing(RegistryChild.begin(directory, db, "--logfile", "registry" + i + ".log")));
        }
        for (RegistryChild registry : registries) {
            registry.await();
        }
        return registries;
    }

    private BusyNodes nodes(List<RegistryChild> registries) {
        return closing(
                new BusyNodes(key, registries.stream().map(RegistryChild::port).toList(), CLIENTS));
    }

    private void check(BusyNodes nodes, String db) throws Exception {
        try (OpenStore store = Database.of(db, Optional.empty()).openStore(80, CertificateRows::read)) {
            GivenOnce.check(store, nodes.certificates.values());
        }
        String caKey = directory.resolve("ca.key").toString();
        for (String[] words : new String[][] {{"verify"}, {"audit", "verify"}}) {
            List<String> all = new ArrayList<>(List.of(words));
            all.addAll(List.of("--db", db, "--key", caKey));
            int status = Subcommands.run(all.toArray(String[]::new), file -> {
                throw new IllegalStateException("no option file");
            });
            assertThat(status).as(String.join(" ", words)).isZero();
        }
    }

    @Test
    void goOnWhenOneOfThemIsKilled() throws Exception {
        PostgresServer server = closing(PostgresServer.start("fsync=off"));
        String db = server.createDatabase("killed");
        List<RegistryChild> registries = registries(3, db);
        BusyNodes nodes = nodes(registries);
        nodes.await(CALLS / 2);
        registries.get(1).kill();
        nodes.await(CALLS / 2);
        nodes.end();
        assertThat(nodes.broken).hasPositiveValue();
        assertThat(nodes.postponed).hasValue(0);
        System.out.println(nodes.certificates.size() + " certificates and " + nodes.calls
                + " authenticated calls at three registries, one of which was killed; " + nodes.broken
                + " connections broke or were refused");
        check(nodes, db);
    }

    @Test
    void waitForADatabaseThatIsStartedAgain() throws Exception {
        PostgresServer server = closing(PostgresServer.start("fsync=off"));
        String db = server.createDatabase("restarted");
        List<RegistryChild> registries = registries(2, db);
        BusyNodes nodes = nodes(registries);
        nodes.await(CALLS / 3);
        server.stop();
        server.start();
        nodes.await(CALLS / 3);
        int soon = nodes.postponed.get();
        nodes.mayForget.set(true);
        server.kill();
        Thread.sleep(OUTAGE.toMillis());
        server.start();
        nodes.await(CALLS / 3);
        nodes.end();
        assertThat(registries).allMatch(RegistryChild::isAlive);
        assertThat(nodes.broken).hasValue(0);
        assertThat(nodes.postponed.get()).isGreaterThan(soon);
        System.out.println(nodes.certificates.size() + " certificates and " + nodes.calls
                + " authenticated calls while PostgreSQL was started again twice; " + soon
                + " answers told to come back the first time, " + (nodes.postponed.get() - soon) + " the second");
        check(nodes, db);
    }

    @Test
    void goOnWithTheStandbyWhenThePrimaryIsLost() throws Exception {
        PostgresServer primary = closing(PostgresServer.start("fsync=off", "wal_keep_size=64"));
        primary.createDatabase("copied");
        PostgresServer standby = closing(primary.startStandby());
        // From here on, what is answered is in both places.
        primary.sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'");
        primary.sql("postgres", "SELECT pg_reload_conf()");
        String db = "postgresql://" + PostgresServer.USER + "@127.0.0.1:" + primary.port() + ",127.0.0.1:"
                + standby.port() + "/copied";
        BusyNodes nodes = nodes(registries(2, db));
        nodes.await(CALLS / 2);
        nodes.mayForget.set(true);
        primary.kill();
        standby.promote();
        nodes.await(CALLS / 2);
        nodes.end();
        assertThat(nodes.broken).hasValue(0);
        System.out.println(nodes.certificates.size() + " certificates and " + nodes.calls
                + " authenticated calls, before and after a standby became the primary; " + nodes.postponed
                + " answers told to come back");
        check(nodes, standby.url("copied"));
    }
}
