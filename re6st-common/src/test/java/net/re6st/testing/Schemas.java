package net.re6st.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The JSON schemas in docs/schema, and whether what programs write is what they promise. */
public final class Schemas {
    private Schemas() {}

    /** Fails, saying where, unless {@code json} is valid against {@code docs/schema/NAME.json}. */
    public static void assertValid(String name, String json) {
        assertThat(schema(name).validate(json, InputFormat.JSON))
                .as(name + " of " + json)
                .isEmpty();
    }

    /** Fails if {@code json} is valid. */
    public static void assertInvalid(String name, String json) {
        assertThat(schema(name).validate(json, InputFormat.JSON))
                .as(name + " of " + json)
                .isNotEmpty();
    }

    private static JsonSchema schema(String name) {
        Path file = Path.of(System.getProperty("re6st.root"), "docs", "schema", name + ".json");
        try {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(Files.readString(file), InputFormat.JSON);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
