package net.re6st.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import net.re6st.crypto.CertificateRequest;
import net.re6st.crypto.DistinguishedName;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.registry.os.CertificateRows;
import net.re6st.registry.os.SqliteRegistryStore;
import net.re6st.rpc.RegistryApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The registry is killed (SIGKILL) again and again while clients request certificates: what was answered is in the
 * database, and nothing is given twice. {@code -Dre6st.crash.requests=1000} for the long run.
 */
class RegistryCrashTest {
    private static final int REQUESTS = Integer.getInteger("re6st.crash.requests", 60);
    private static final int REQUESTS_PER_LIFE = Math.max(15, REQUESTS / 10);
    private static final int CLIENTS = 4;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    private Path directory;

    private final RsaPrivateKey key = RsaPrivateKey.generate(2048, new SecureRandom());
    private final Map<String, String> answered = new ConcurrentHashMap<>();
    private final AtomicInteger answers = new AtomicInteger();
    private int port;

    @Test
    void losesNothingThatWasAnsweredWhenKilled() throws Exception {
        RegistryChild.writeAuthority(directory);
        long deadline = System.nanoTime() + LIMIT.toNanos();
        SplittableRandom random = new SplittableRandom(1);
        addTokens();
        while (answered.size() < REQUESTS) {
            assertThat(System.nanoTime()).as("%s answers", answered.size()).isLessThan(deadline);
            int enough = answers.get() + 1 + random.nextInt(REQUESTS_PER_LIFE);
            RegistryChild process = start();
            ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
            try {
                List<Future<?>> running = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    int first = i;
                    running.add(clients.submit(() -> requestMissing(first)));
                }
                while (answers.get() < enough && running.stream().anyMatch(client -> !client.isDone())) {
                    Thread.sleep(1);
                }
                process.kill();
                for (Future<?> client : running) {
                    client.get();
                }
            } finally {
                process.kill();
                clients.shutdownNow();
            }
        }
        repeatEachRequest();
        checkDatabase();
    }

    private static String token(int number) {
        return "token" + number;
    }

    private void addTokens() throws Exception {
        RegistryChild process = start();
        try {
            for (int i = 0; i < REQUESTS; i++) {
                assertThat(SmallHttp.get(port, RegistryApi.ADD_TOKEN.target("e" + i + "@example.org", token(i)))
                                .status())
                        .isEqualTo(204);
            }
        } finally {
            process.kill();
        }
    }

    /** Requests what has no answer yet, until the registry dies. */
    private void requestMissing(int first) {
        for (int i = first; i < REQUESTS; i += CLIENTS) {
            if (!answered.containsKey(token(i))) {
                try {
                    SmallHttp.Result result = SmallHttp.get(port, target(i));
                    assertThat(result.status()).isEqualTo(200);
                    answered.put(token(i), result.body());
                    answers.incrementAndGet();
                } catch (IOException e) {
                    return;
                }
            }
        }
    }

    private String target(int number) {
        return RegistryApi.REQUEST_CERTIFICATE.target(
                token(number),
                CertificateRequest.create(DistinguishedName.EMPTY, key).pem());
    }

    private void repeatEachRequest() throws Exception {
        RegistryChild process = start();
        try {
            for (int i = 0; i < REQUESTS; i++) {
                SmallHttp.Result again = SmallHttp.get(port, target(i));
                assertThat(again.status()).isEqualTo(200);
                assertThat(again.body()).isEqualTo(answered.get(token(i)));
            }
        } finally {
            process.kill();
        }
    }

    private void checkDatabase() throws Exception {
        try (SqliteRegistryStore store =
                SqliteRegistryStore.open(directory.resolve("registry.db"), 80, CertificateRows::read)) {
            GivenOnce.check(store, answered.values());
        }
        assertThat(answered).hasSize(REQUESTS);
    }

    /** What is needed for other databases costs nobody anything who has none. */
    @Test
    void loadsNothingForOtherDatabases() throws Exception {
        RegistryChild.writeAuthority(directory);
        RegistryChild process = start();
        process.kill();
        assertThat(process.loadedClasses())
                .anyMatch(line -> line.contains("org.sqlite.JDBC "))
                .noneMatch(line -> line.contains("org.postgresql.")
                        || line.contains("org.flywaydb.")
                        || line.contains("com.fasterxml.jackson."));
    }

    private RegistryChild start() throws Exception {
        RegistryChild process = RegistryChild.start(directory, "registry.db");
        port = process.port();
        return process;
    }
}
