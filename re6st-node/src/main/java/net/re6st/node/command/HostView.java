package net.re6st.node.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.re6st.node.os.Commands;

/** The host as the doctor sees it: files below a root, and what commands print. It changes nothing. */
final class HostView {
    private static final int MAX_BYTES = 1 << 20;
    private static final Pattern ADDRESS = Pattern.compile(" inet6? ([0-9a-f.:]{2,39})/");

    private final Path root;
    private final Runner runner;

    /** Runs a command to its end, for a limited time. */
    @FunctionalInterface
    interface Runner {
        Commands.Result run(List<String> words);
    }

    HostView(Path root, Runner runner) {
        this.root = root;
        this.runner = runner;
    }

    static HostView real() {
        return new HostView(Path.of("/"), Commands::run);
    }

    private Path path(String absolute) {
        return root.resolve(absolute.substring(1));
    }

    boolean exists(String absolute) {
        return Files.exists(path(absolute));
    }

    /** The text of a file; empty if it can't be read. */
    Optional<String> read(String absolute) {
        try (var in = Files.newInputStream(path(absolute))) {
            return Optional.of(new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Names in a directory, sorted; none if there is no such directory. */
    List<String> list(String absolute) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path(absolute))) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (IOException e) {
            return List.of();
        }
        names.sort(null);
        return names;
    }

    /** A kernel setting, with slashes: {@code net/ipv6/conf/all/forwarding}. */
    Optional<String> sysctl(String name) {
        return read("/proc/sys/" + name);
    }

    Commands.Result run(String... words) {
        return runner.run(List.of(words));
    }

    /** Whether an IP address is one of this host, and not only of the router before it. */
    boolean has(String ip) {
        Matcher matcher = ADDRESS.matcher(run("ip", "-o", "addr", "show").output());
        return matcher.results().anyMatch(found -> found.group(1).equals(ip));
    }

    /** Whether a process of that name runs. */
    boolean runs(String program) {
        return list("/proc").stream()
                .filter(name -> name.matches("\\d+"))
                .anyMatch(pid ->
                        read("/proc/" + pid + "/comm").filter(program::equals).isPresent());
    }
}
