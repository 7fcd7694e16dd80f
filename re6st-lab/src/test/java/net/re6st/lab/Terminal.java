package net.re6st.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.re6st.testing.Documents;

/**
 * A terminal of root's on one host of the laboratory, into which a test types what documents show, word for word: a shell
 * that keeps its directory and variables from one block to the next. It has this machine's files, and its own copies of
 * what it changes below /etc, /var and /run. It ends with the laboratory.
 */
final class Terminal {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Host host;
    private final Path folder;
    private final Process shell;
    private final Map<String, String> replacements = new LinkedHashMap<>();
    private int count;

    private Terminal(Host host, Path folder, Process shell) {
        this.host = host;
        this.folder = folder;
        this.shell = shell;
    }

    static Terminal open(Host host) {
        Path folder = host.directory().resolve("terminal");
        try (InputStream script = Terminal.class.getResourceAsStream("terminal.sh")) {
            if (script == null) {
                throw new LabException("terminal.sh is missing from the class path");
            }
            Files.createDirectories(folder);
            Path copy = folder.resolve("terminal.sh");
            Files.copy(script, copy);
            String programs = String.valueOf(Path.of(Programs.node()).getParent());
            List<String> words = new ArrayList<>(List.of("unshare", "--mount", "--propagation", "private"));
            words.addAll(List.of(
                    "bash",
                    copy.toString(),
                    folder.toString(),
                    host.directory().getParent().toString()));
            words.add(programs);
            Process shell = new ProcessBuilder(host.namespace().entering(words))
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("shell.out").toFile())
                    .start();
            return new Terminal(host, folder, shell);
        } catch (IOException e) {
            throw new LabException("cannot open a terminal on " + host + ": " + e.getMessage(), e);
        }
    }

    Host host() {
        return host;
    }

    /** Where its copy of a file below /etc, /var or /run is. */
    Path file(String path) {
        String[] parts = path.split("/", 3);
        return parts[1].equals("run")
                ? folder.resolve("run").resolve(parts[2])
                : folder.resolve(parts[1] + ".upper").resolve(parts[2]);
    }

    /** From here on, a placeholder of the documents is typed as that. */
    void replace(String placeholder, String value) {
        replacements.put(placeholder, value);
    }

    /** Types a block, waits until it is done, and returns what it wrote; each of its commands must succeed. */
    String type(Documents.Block block) {
        return type(block.lines());
    }

    String type(List<String> lines) {
        return begin(lines, false).end(LIMIT);
    }

    /** The same, but its last command is a program that goes on. */
    Running leaveRunning(Documents.Block block) {
        return begin(block.lines(), true);
    }

    /** Begins a block that asks something. */
    Running begin(Documents.Block block) {
        return begin(block.lines(), false);
    }

    private Running begin(List<String> lines, boolean goesOn) {
        Path script = folder.resolve(++count + ".sh");
        Running running = new Running(String.join("\n", lines), script);
        try {
            Files.writeString(script, typed(lines, goesOn ? running.output() : null));
            Command.of("mkfifo", running.input().toString()).output();
            String line = ". %s <> %s > %s 2>&1; echo $? > %s.new; mv %s.new %s\n"
                    .formatted(script, running.input(), running.output(), script, script, running.status());
            Writer keyboard = shell.outputWriter(StandardCharsets.UTF_8);
            keyboard.write(line);
            keyboard.flush();
            return running;
        } catch (IOException e) {
            throw new LabException("cannot type on " + host + ": " + shellOutput(), e);
        }
    }

    private String typed(List<String> lines, Path output) {
        String text = String.join("\n", lines);
        for (Map.Entry<String, String> each : replacements.entrySet()) {
            text = text.replace(each.getKey(), each.getValue());
        }
        return output == null ? text + "\n" : text + " >> " + output + ".running 2>&1 &\n";
    }

    private String shellOutput() {
        try {
            return Files.readString(folder.resolve("shell.out"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A block that was typed. */
    final class Running {
        private final String text;
        private final Path script;

        private Running(String text, Path script) {
            this.text = text;
            this.script = script;
        }

        private Path input() {
            return beside(".in");
        }

        private Path output() {
            return beside(".out");
        }

        private Path status() {
            return beside(".status");
        }

        private Path beside(String suffix) {
            return script.resolveSibling(script.getFileName() + suffix);
        }

        /** Answers a question. */
        void answer(String line) {
            try {
                Files.writeString(input(), line + "\n", StandardOpenOption.WRITE);
            } catch (IOException e) {
                throw new LabException("cannot answer " + text, e);
            }
        }

        /** What it wrote so far; that of a program that goes on comes last. */
        String shown() {
            try {
                String text = Files.exists(output()) ? Files.readString(output()) : "";
                Path running = beside(".out.running");
                return Files.exists(running) ? text + Files.readString(running) : text;
            } catch (IOException e) {
                throw new LabException("cannot read " + output(), e);
            }
        }

        /** For a registry on port 80 that was left running: waits until it answers. */
        void awaitRegistry() {
            Command probe = host.command("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/80");
            Await.until("the registry answers", LIMIT, () -> probe.run().ok(), this::shown);
        }

        /** For a node that was left running: waits until it has a way to another one. */
        void awaitWayTo(String address) {
            Command ping = host.command("ping", "-c", "1", "-W", "1", address);
            Await.until("a way to " + address, LIMIT, () -> ping.run().ok(), this::shown);
        }

        /** Waits for the end of the block; returns what it wrote. */
        String end(Duration limit) {
            String status = Await.found(
                    "the end of: " + text,
                    limit,
                    () -> {
                        try {
                            return Files.exists(status())
                                    ? Optional.of(Files.readString(status()).strip())
                                    : Optional.empty();
                        } catch (IOException e) {
                            return Optional.empty();
                        }
                    },
                    () -> shown() + shellOutput());
            if (!status.equals("0") || shown().contains("failed command:")) {
                throw new LabException(
                        "on %s, status %s: %s%n%s%n%s".formatted(host, status, text, shown(), shellOutput()));
            }
            return shown();
        }
    }
}
