package net.re6st.testing;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The recorded vectors: golden values that our code must reproduce.
 *
 * <p>They are read from the directory in system property {@code re6st.vectors} (relative to the root of the project),
 * else from the project's own copy.
 */
public final class Vectors {
    private static final String DIRECTORY = System.getProperty("re6st.vectors", "");
    private static final String ROOT = System.getProperty("re6st.root", "");

    private Vectors() {}

    /** The file {@code name}, e.g. {@code integers.json}, as a JSON object. */
    public static JsonObject json(String name) {
        return JsonParser.parseString(new String(bytes(name), StandardCharsets.UTF_8))
                .getAsJsonObject();
    }

    /** The content of the file {@code name}. */
    public static byte[] bytes(String name) {
        try {
            if (!DIRECTORY.isEmpty()) {
                return Files.readAllBytes(Path.of(ROOT).resolve(DIRECTORY).resolve(name));
            }
            try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + name)) {
                if (in == null) {
                    throw new IllegalArgumentException("no vector file named " + name);
                }
                return in.readAllBytes();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies the file {@code name} into a directory where the test may change it. */
    public static Path copy(String name, Path directory) throws IOException {
        return Files.write(directory.resolve(name), bytes(name));
    }

    /** The objects of an array of objects. */
    public static List<JsonObject> objects(JsonElement array) {
        List<JsonObject> objects = new ArrayList<>();
        for (JsonElement element : array.getAsJsonArray()) {
            objects.add(element.getAsJsonObject());
        }
        return objects;
    }

    /** The arrays of an array of arrays. */
    public static List<JsonArray> rows(JsonElement array) {
        List<JsonArray> rows = new ArrayList<>();
        for (JsonElement element : array.getAsJsonArray()) {
            rows.add(element.getAsJsonArray());
        }
        return rows;
    }

    /** The texts of an array of strings. */
    public static List<String> strings(JsonElement array) {
        List<String> strings = new ArrayList<>();
        for (JsonElement element : array.getAsJsonArray()) {
            strings.add(element.getAsString());
        }
        return strings;
    }

    /**
     * Calls {@code check} with each object of the section {@code name}; a failure tells which one.
     *
     * <p>An empty section fails: a vector that is not replayed proves nothing.
     */
    public static void forEach(JsonObject file, String name, Consumer<JsonObject> check) {
        List<JsonObject> cases = objects(file.get(name));
        if (cases.isEmpty()) {
            throw new AssertionError(name + " is empty");
        }
        Iterator<JsonObject> iterator = cases.iterator();
        for (int i = 0; iterator.hasNext(); i++) {
            JsonObject one = iterator.next();
            try {
                check.accept(one);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(name + "[" + i + "] " + shorten(one.toString()) + ": " + e.getMessage(), e);
            }
        }
    }

    /** Whether a key is present and not null. */
    public static boolean has(JsonObject object, String key) {
        JsonElement value = object.get(key);
        return value != null && !value.isJsonNull();
    }

    /** The names of an object that {@code known} does not contain: values a test would not compare. */
    public static List<String> unknownKeys(JsonObject object, List<String> known) {
        List<String> unknown = new ArrayList<>();
        for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
            if (!known.contains(entry.getKey())) {
                unknown.add(entry.getKey());
            }
        }
        return unknown;
    }

    private static String shorten(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "...";
    }
}
