package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import net.re6st.testing.NoErrorsLogged;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every recorded exchange with a registry, through the dispatch and a database file; {@link RecordedExchanges} compares. */
class RegistryRpcVectorTest {
    @TempDir
    private Path directory;

    @Test
    void answersAsRecorded() {
        AtomicInteger files = new AtomicInteger();
        Vectors.forEach(Vectors.json("registry_rpc.json"), "scenarios", scenario -> replay(scenario, files));
        // No prefix was left, in some of the scenarios.
        assertThat(NoErrorsLogged.take()).allMatch(message -> message.contains("Registration"));
    }

    private void replay(JsonObject scenario, AtomicInteger files) {
        Path file = directory.resolve("registry" + files.getAndIncrement() + ".db");
        try (RecordedExchanges exchanges = new RecordedExchanges(scenario, file)) {
            int number = 0;
            for (JsonObject exchange : Vectors.objects(scenario.get("exchanges"))) {
                try {
                    exchanges.replay(exchange);
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError(
                            scenario.get("title").getAsString() + ", exchange " + number + ": " + e.getMessage(), e);
                }
                number++;
            }
            assertThat(number).isPositive();
            exchanges.checkCertificates();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
