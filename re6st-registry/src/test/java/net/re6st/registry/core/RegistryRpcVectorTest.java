package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import net.re6st.registry.os.Database;
import net.re6st.registry.os.Engine;
import net.re6st.testing.NoErrorsLogged;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every recorded exchange with a registry, through the dispatch and a database file; {@link RecordedExchanges} compares. */
class RegistryRpcVectorTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(Engine.class)
    void answersAsRecorded(Engine engine) {
        Vectors.forEach(
                Vectors.json("registry_rpc.json"), "scenarios", scenario -> replay(scenario, engine.make(directory)));
        // No prefix was left, in some of the scenarios.
        assertThat(NoErrorsLogged.take()).allMatch(message -> message.contains("Registration"));
    }

    private static void replay(JsonObject scenario, Database database) {
        try (RecordedExchanges exchanges = new RecordedExchanges(scenario, database)) {
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
