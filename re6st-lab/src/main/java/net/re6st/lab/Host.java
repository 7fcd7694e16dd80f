package net.re6st.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** One host of a {@link Lab}: a network namespace, a folder, and a place on the internet. */
public final class Host {
    private final Lab lab;
    private final String name;
    private final int number;
    private final NetworkNamespace namespace;
    private final Path directory;
    private final String ip4;
    private @Nullable UpnpRouter router;

    Host(Lab lab, String name, int number, NetworkNamespace namespace, Path directory, String ip4) {
        this.lab = lab;
        this.name = name;
        this.number = number;
        this.namespace = namespace;
        this.directory = directory;
        this.ip4 = ip4;
    }

    public String name() {
        return name;
    }

    /** Its own address: public, or private behind NAT. */
    public String ip4() {
        return ip4;
    }

    /** Its address once {@link #enableIpv6} was called. */
    public String ip6() {
        return "2001:db8:ffff::" + Integer.toHexString(number);
    }

    int number() {
        return number;
    }

    void attach(UpnpRouter attached) {
        router = attached;
    }

    public boolean hasRouter() {
        return router != null;
    }

    /** The router before it that can be asked for ports. */
    public UpnpRouter router() {
        if (router == null) {
            throw new LabException(name + " has no router that can be asked for ports");
        }
        return router;
    }

    public boolean isBehindNat() {
        return ip4.startsWith("192.168.");
    }

    public Path directory() {
        return directory;
    }

    /** The name {@code ip netns} knows it by. */
    public String namespaceName() {
        return namespace.name();
    }

    NetworkNamespace namespace() {
        return namespace;
    }

    String port() {
        return "p" + number;
    }

    /** Gives it IPv6 on the internet as well; only for hosts with public addresses. */
    public void enableIpv6() {
        if (isBehindNat()) {
            throw new LabException(name + " is behind NAT and has no IPv6");
        }
        // No address detection: the address is ours alone, and tests should not wait for it.
        Lab.ip(namespace, "addr add " + ip6() + "/64 dev eth0 nodad");
    }

    /** Cuts it off the internet, silently: the carrier stays. */
    public void cut() {
        lab.cut(this, true);
    }

    public void restore() {
        lab.cut(this, false);
    }

    /** Loses this share of the packets from and to it. */
    public void loss(double percent) {
        lab.loss(this, percent);
    }

    /** A command on this host, to be run to its end. */
    public Command command(String... words) {
        return Command.of(namespace.entering(List.of(words))).in(directory);
    }

    public Command command(List<String> words) {
        return Command.of(namespace.entering(words)).in(directory);
    }

    /** Starts a program in {@code folder}; its output goes to LABEL.out there. */
    public Task start(String label, Path folder, Map<String, String> environment, List<String> words) {
        Path output = folder.resolve(label + ".out");
        // Tests that run under nohup ignore HUP, and so would what they start: a JVM can't undo that.
        List<String> all = new ArrayList<>(List.of("env", "--default-signal=HUP,INT"));
        all.addAll(words);
        try {
            Files.createDirectories(folder);
            ProcessBuilder builder = new ProcessBuilder(namespace.entering(all))
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
            builder.environment().putAll(environment);
            return new Task(name + ": " + label, builder.start(), output);
        } catch (IOException e) {
            throw new LabException("cannot start %s on %s: %s".formatted(label, name, e.getMessage()), e);
        }
    }

    /** Runs {@code action} in a thread inside this host, to open sockets there. */
    public <T> T inside(Callable<T> action) throws IOException {
        return namespace.call(action);
    }

    public List<HostProcess> processes() {
        return namespace.processes();
    }

    /** Its processes whose program has this name. */
    public List<HostProcess> processes(String program) {
        return processes().stream().filter(p -> p.program().equals(program)).toList();
    }

    /** Names of its network interfaces. */
    public List<String> interfaces() {
        return command("ip", "-br", "link")
                .output()
                .lines()
                .map(line -> line.split("[ @]")[0])
                .toList();
    }

    /** Its IPv6 routes of all tables, one per line, without the kernel's own of table local. */
    public List<String> routes() {
        return Arrays.asList(command("ip", "-6", "route").output().strip().split("\n"));
    }

    @Override
    public String toString() {
        return name;
    }
}
