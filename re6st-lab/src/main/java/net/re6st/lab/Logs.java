package net.re6st.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The log files below a folder: what counts as one, and what in them is a failure. */
final class Logs {
    private static final int MAX_BYTES = 20 << 20;
    private static final Pattern ERROR = Pattern.compile("\\bERROR\\b|\\bException\\b.*:|^\\s+at net\\.re6st\\.");

    private Logs() {}

    /** Copies them, with the folders they are in. */
    static void copy(Path from, Path to) {
        for (Path file : files(from)) {
            Path copy = to.resolve(from.relativize(file).toString());
            try {
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new LabException("cannot copy %s to %s: %s".formatted(file, copy, e.getMessage()), e);
            }
        }
    }

    /** The lines of our programs' logs and outputs that tell of an error, each with the name of its file. */
    static List<String> errors(Path folder) {
        return files(folder).stream()
                .filter(file ->
                        !file.getFileName().toString().matches("babeld\\.log|re6stnet(-[a-z0-9]+|[0-9]+)\\.log"))
                .flatMap(file -> lines(file)
                        .filter(line -> ERROR.matcher(line).find())
                        .map(line -> folder.relativize(file) + ": " + line))
                .limit(50)
                .toList();
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.toString().matches(".*\\.(log|out)"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new LabException("cannot list " + folder + ": " + e.getMessage(), e);
        }
    }

    private static Stream<String> lines(Path file) {
        try (var stream = Files.newInputStream(file)) {
            return new String(stream.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).lines();
        } catch (IOException e) {
            throw new LabException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
