package net.re6st.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A process seen on a host: its id and its command line. */
public record HostProcess(long pid, List<String> words) {
    /** Reads it from its folder in /proc; empty once it has ended. */
    static Optional<HostProcess> read(Path folder) {
        try {
            String text = Files.readString(folder.resolve("cmdline"), StandardCharsets.ISO_8859_1);
            long pid = Long.parseLong(folder.getFileName().toString());
            return text.isEmpty() ? Optional.empty() : Optional.of(new HostProcess(pid, List.of(text.split("\0"))));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Sends SIGKILL to it. */
    public void kill() {
        Command.of("kill", "-KILL", Long.toString(pid)).output();
    }

    /** The program's name without its folder. */
    public String program() {
        String first = words.get(0);
        return first.substring(first.lastIndexOf('/') + 1);
    }

    public boolean has(String word) {
        return words.contains(word);
    }

    /** The word after {@code option}. */
    public Optional<String> argument(String option) {
        int index = words.indexOf(option);
        return index < 0 || index + 1 >= words.size() ? Optional.empty() : Optional.of(words.get(index + 1));
    }
}
