package net.re6st.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import net.re6st.cli.Password;
import net.re6st.cli.Program;
import net.re6st.cli.ProgramOptions;
import net.re6st.cli.UsageError;
import org.jspecify.annotations.Nullable;

/**
 * Replays option_files.json for one program.
 *
 * @param name the program's name in the vectors
 * @param destinations how to read each recorded value out of the options
 * @param ours recorded arguments in the form we expand them to, for options that this version of the original lacks
 * @param acceptedHere whether arguments that the original refuses are accepted on purpose
 */
public record OptionFileCases<O extends ProgramOptions>(
        String name,
        Program<O> program,
        Map<String, Function<O, @Nullable Object>> destinations,
        UnaryOperator<List<String>> ours,
        Predicate<List<String>> acceptedHere) {

    /** Runs every case of the program, each in a directory of its own below {@code directory}. */
    public void replay(Path directory) {
        JsonObject file = Vectors.json("option_files.json");
        int[] replayed = {0};
        Vectors.forEach(file, "cases", one -> {
            assertThat(Vectors.unknownKeys(
                            one, List.of("program", "argv", "files", "expanded_argv", "options", "exit")))
                    .isEmpty();
            assertThat(one.get("program").getAsString()).isIn("re6stnet", "re6st-registry");
            if (one.get("program").getAsString().equals(name)) {
                try {
                    replay(one, directory.resolve("case" + replayed[0]++));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } catch (UsageError e) {
                    throw new AssertionError("refused: " + e.getMessage(), e);
                }
            }
        });
        assertThat(replayed[0]).isPositive();
    }

    private void replay(JsonObject one, Path directory) throws IOException, UsageError {
        Files.createDirectories(directory);
        for (Map.Entry<String, JsonElement> file : one.getAsJsonObject("files").entrySet()) {
            Path path = directory.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue().getAsString());
        }
        List<String> argv = Vectors.strings(one.get("argv"));
        if (!Vectors.has(one, "expanded_argv")) {
            assertThatThrownBy(() -> program.expand(argv, directory)).isInstanceOf(UsageError.class);
            assertRefused(one, argv, directory);
            return;
        }
        List<String> expanded = ours.apply(Vectors.strings(one.get("expanded_argv")));
        assertThat(program.expand(argv, directory)).isEqualTo(expanded);
        if (Vectors.has(one, "options")) {
            assertThat(one.get("exit").isJsonNull())
                    .as("exit of a line that is accepted")
                    .isTrue();
            assertSame(one.getAsJsonObject("options"), program.parse(argv, directory));
        } else if (acceptedHere.test(expanded)) {
            assertThat(one.get("exit").getAsInt()).isEqualTo(2);
            program.parse(argv, directory);
        } else {
            assertRefused(one, argv, directory);
        }
    }

    private void assertRefused(JsonObject one, List<String> argv, Path directory) {
        // The original does not handle a line with unbalanced quotes; here every refusal has the same status.
        assertThat(one.get("exit").getAsString()).isIn("2", "exception ValueError");
        assertThat(one.get("options").isJsonNull()).isTrue();
        assertThatThrownBy(() -> program.parse(argv, directory)).isInstanceOf(UsageError.class);
    }

    private void assertSame(JsonObject recorded, O options) {
        assertThat(recorded.keySet()).isEqualTo(destinations.keySet());
        destinations.forEach((destination, value) ->
                assertThat(json(value.apply(options))).as(destination).isEqualTo(recorded.get(destination)));
    }

    private static JsonElement json(@Nullable Object value) {
        if (value == null) {
            return JsonNull.INSTANCE;
        }
        if (value instanceof Boolean flag) {
            return new JsonPrimitive(flag);
        }
        if (value instanceof Number number) {
            return new JsonPrimitive(number);
        }
        if (value instanceof Password password) {
            return new JsonPrimitive(password.text());
        }
        if (value instanceof Collection<?> values) {
            JsonArray array = new JsonArray();
            new ArrayList<>(values).forEach(each -> array.add(json(each)));
            return array;
        }
        return new JsonPrimitive(value.toString());
    }
}
