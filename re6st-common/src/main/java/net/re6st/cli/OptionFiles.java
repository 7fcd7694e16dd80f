package net.re6st.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Replaces {@code @FILE} in a command line by the options in that file.
 *
 * <p>Such a file has one option per line, without its leading dashes: two are added when the first word is the full
 * long name of an option, else one. Words are quoted as in a shell, and lines that start with {@code #} are skipped.
 *
 * <pre>
 *   registry http://re6st.example.com/      --registry http://re6st.example.com/
 *   O--verb                                 -O--verb
 *   &#64;more.conf                              the content of more.conf
 * </pre>
 */
final class OptionFiles {
    private static final int MAX_DEPTH = 16;
    private static final int MAX_WORDS = 10_000;
    private static final int MAX_FILE_BYTES = 1 << 20;
    /** Invisible; some editors begin a file with it. */
    private static final String BYTE_ORDER_MARK = "\ufeff";

    private static final Pattern LINE_END = Pattern.compile("\\R|[\\x1c-\\x1e]");

    private final Set<String> longNames;
    private final Path directory;
    private final List<String> words = new ArrayList<>();

    private OptionFiles(Set<String> longNames, Path directory) {
        this.longNames = longNames;
        this.directory = directory;
    }

    /**
     * Returns the arguments with every file replaced by its options.
     *
     * @param longNames the program's long option names, each with its two dashes
     * @param directory what every file name is relative to, also that of a file named inside another
     */
    static List<String> expand(List<String> argv, Set<String> longNames, Path directory) throws UsageError {
        OptionFiles files = new OptionFiles(longNames, directory);
        files.add(argv, 0);
        return files.words;
    }

    private void add(List<String> arguments, int depth) throws UsageError {
        for (String argument : arguments) {
            // Compat: a value in an option file is replaced too when it starts with '@'.
            if (argument.startsWith("@")) {
                if (depth == MAX_DEPTH) {
                    throw new UsageError("option files nested more than " + MAX_DEPTH + " deep: " + argument);
                }
                add(read(argument.substring(1)), depth + 1);
            } else if (words.size() == MAX_WORDS) {
                throw new UsageError("more than " + MAX_WORDS + " words of options");
            } else {
                words.add(argument);
            }
        }
    }

    private List<String> read(String name) throws UsageError {
        List<String> arguments = new ArrayList<>();
        for (String line : LINE_END.split(content(name), -1)) {
            // Compat: a space before the '@' makes it an option (an unknown one), and so is what follows a file name.
            if (line.startsWith("@")) {
                arguments.add(line);
            } else {
                String text = line.strip();
                if (!text.isEmpty() && !text.startsWith("#")) {
                    addLine(text, name, arguments);
                }
            }
        }
        return arguments;
    }

    private void addLine(String text, String name, List<String> arguments) throws UsageError {
        List<String> line;
        try {
            line = ShellWords.split(text);
        } catch (UsageError e) {
            throw new UsageError(name + ": " + e.getMessage());
        }
        String dashed = "--" + line.get(0);
        arguments.add(longNames.contains(dashed) ? dashed : "-" + line.get(0));
        arguments.addAll(line.subList(1, line.size()));
    }

    private String content(String name) throws UsageError {
        try (InputStream in = Files.newInputStream(directory.resolve(name))) {
            byte[] content = in.readNBytes(MAX_FILE_BYTES + 1);
            if (content.length > MAX_FILE_BYTES) {
                throw new UsageError("option file of more than " + MAX_FILE_BYTES + " bytes: " + name);
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new UsageError("option file is not UTF-8: " + name);
        } catch (IOException | InvalidPathException e) {
            throw new UsageError("can't read option file: " + e.getMessage());
        }
    }
}
