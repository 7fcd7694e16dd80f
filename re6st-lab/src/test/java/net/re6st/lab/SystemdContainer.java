package net.re6st.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A systemd of its own on one host of the laboratory: systemd-nspawn, in the host's network namespace. Its files are those of
 * this machine or of another system, what it writes goes into the host's folder, and that folder is the same inside and outside.
 */
final class SystemdContainer {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Host host;
    private final Path root;
    private final String target;
    private final Task task;

    private SystemdContainer(Host host, Path root, String target, Task task) {
        this.host = host;
        this.root = root;
        this.target = "systemd.unit=" + target;
        this.task = task;
    }

    /** Boots this machine's system as far as possible without its services. */
    static SystemdContainer boot(Host host, Map<String, String> files) throws IOException {
        return boot(host, Path.of("/"), "basic.target", files);
    }

    /** Boots {@code system} up to {@code target}; {@code files} are put into it before, by their absolute paths. */
    static SystemdContainer boot(Host host, Path system, String target, Map<String, String> files) throws IOException {
        Path base = host.directory().resolve("container");
        for (String part : List.of("upper", "work", "root")) {
            Files.createDirectories(base.resolve(part));
        }
        Path root = base.resolve("root");
        String layers =
                "lowerdir=%s,upperdir=%s,workdir=%s".formatted(system, base.resolve("upper"), base.resolve("work"));
        Command.of("mount", "-t", "overlay", "overlay", "-o", layers, root.toString())
                .output();
        // Its journal must not seem to be this machine's.
        write(root, "/etc/machine-id", "0123456789abcdef0123456789abcdef\n");
        for (Map.Entry<String, String> file : files.entrySet()) {
            write(root, file.getKey(), file.getValue());
        }
        List<String> words = new ArrayList<>(List.of("systemd-nspawn", "--boot", "--quiet", "--register=no"));
        words.addAll(List.of("--keep-unit", "--console=pipe", "--resolv-conf=off", "--timezone=off"));
        words.addAll(List.of("--network-namespace-path=/run/netns/" + host.namespaceName()));
        words.addAll(List.of("--capability=CAP_NET_ADMIN", "--bind=/dev/net/tun", "--bind=" + host.directory()));
        words.addAll(List.of("-D", root.toString(), "systemd.unit=" + target));
        Path output = host.directory().resolve("nspawn.out");
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        // As with a network of its own, /proc/sys/net can be written.
        builder.environment().put("SYSTEMD_NSPAWN_API_VFS_WRITABLE", "network");
        SystemdContainer container =
                new SystemdContainer(host, root, target, new Task("nspawn", builder.start(), output));
        Await.until("systemd has booted", LIMIT, container::isReady, container.task::output);
        return container;
    }

    private static void write(Path root, String path, String text) throws IOException {
        Path file = root.resolve(path.substring(1));
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        Files.writeString(file, text);
    }

    private boolean isReady() {
        if (!task.isAlive()) {
            throw new LabException("systemd-nspawn ended: " + task.output());
        }
        return leader() != 0 && run("systemctl", "is-active", "basic.target").ok();
    }

    /** The systemd inside, as a process of this machine; 0: none yet. */
    private long leader() {
        return host.processes("systemd").stream()
                .filter(process -> process.has(target))
                .mapToLong(HostProcess::pid)
                .findFirst()
                .orElse(0);
    }

    /** A command inside. */
    Command.Result run(String... words) {
        return run(LIMIT, words);
    }

    Command.Result run(Duration limit, String... words) {
        List<String> all = new ArrayList<>(List.of("nsenter", "-t", Long.toString(leader()), "-a", "--"));
        all.addAll(List.of(words));
        return Command.of(all).within(limit).run();
    }

    /** The same; a status other than 0 is an exception. */
    String output(String... words) {
        return output(LIMIT, words);
    }

    String output(Duration limit, String... words) {
        Command.Result result = run(limit, words);
        if (!result.ok()) {
            throw new LabException(String.join(" ", words) + ": " + result.output() + " | "
                    + run("journalctl", "-b", "-n", "30", "--no-pager").output());
        }
        return result.output().strip();
    }

    /** The value of a property of a unit. */
    String property(String unit, String name) {
        return output("systemctl", "show", "-p", name, "--value", unit);
    }

    /** Ends it, with all that runs inside. */
    void end() {
        task.kill();
        task.awaitExit(LIMIT);
        Command.of("umount", "-l", root.toString()).run();
    }
}
