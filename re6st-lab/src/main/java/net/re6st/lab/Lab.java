package net.re6st.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A laboratory: hosts in network namespaces of their own, joined by an "internet" that is a bridge in yet another one.
 * It owns the names, the addresses and the end of all that: nothing touches the interfaces of the machine it runs on, and
 * {@link #close} leaves nothing behind, except a copy of the logs where the property {@code re6st.lab.logs} asks for it.
 * For one thread, except {@code close}.
 *
 * <pre>
 *   h1 198.51.100.1 --- p1 [ bridge "internet" ] p3 --- 198.51.100.3 h3-nat 192.168.3.1 --- 192.168.3.2 h3
 *   h2 198.51.100.2 --- p2 [  in lab...-inet   ]
 * </pre>
 */
public final class Lab implements AutoCloseable {
    private static final Path BASE = Path.of("/run/re6st-lab");
    private static final int MAX_HOSTS = 250;

    private final RunId id;
    private final Path directory;
    private final Undertaker undertaker;
    private final NetworkNamespace internet;
    private final Underlay underlay = new Underlay();
    private final List<Host> hosts = new ArrayList<>();
    private final Thread hook;
    private volatile boolean interrupted;
    private boolean closed;

    private Lab(RunId id, Path directory) {
        this.id = id;
        this.directory = directory;
        this.undertaker = Undertaker.watch(id, directory);
        this.internet = new NetworkNamespace(id.nameOf("inet"));
        this.hook = new Thread(this::interrupt, "lab-end");
    }

    /** Makes an empty laboratory, after removing what dead ones left. One at a time in a process. */
    public static Lab create() {
        Requirements.check();
        Undertaker.removeLeftovers(BASE);
        RunId id = RunId.own();
        Lab lab = new Lab(id, makeDirectory(BASE.resolve(id.name())));
        Runtime.getRuntime().addShutdownHook(lab.hook);
        Command.of("ip", "netns", "add", lab.internet.name()).output();
        // Without snooping and delay: neighbour discovery and the first packets must pass at once.
        ip(lab.internet, "link add internet type bridge forward_delay 0 mcast_snooping 0", "link set internet up");
        return lab;
    }

    /** A host with public addresses. */
    public Host host(String name) {
        int number = nextNumber();
        Host host = new Host(this, name, number, newNamespace(name), directory(name), "198.51.100." + number);
        plug(host.namespace(), number, host.ip4() + "/24");
        ip(host.namespace(), "route add " + MAPPING_ROUTERS + "0/24 dev eth0");
        hosts.add(host);
        return host;
    }

    /** A host with a private address behind a router that translates its connections and admits no others. */
    public Host hostBehindNat(String name) {
        NetworkNamespace router = newNamespace(name + "-nat");
        Host host = behind(router, name);
        plug(router, host.number(), "198.51.100." + host.number() + "/24");
        Command.of(router.entering(List.of("sysctl", "-qw", "net.ipv4.ip_forward=1")))
                .output();
        Command.of(router.entering(List.of("nft", "-f", "-"))).input(NAT_RULES).output();
        return host;
    }

    /** The same, behind a router that lets in what the host asks for: see {@link Host#router}, which must be started. */
    public Host hostBehindUpnp(String name) {
        Requirements.checkRouter();
        String outside = name + "-nat";
        NetworkNamespace namespace = newNamespace(outside);
        Host host = behind(namespace, name);
        String ip = MAPPING_ROUTERS + host.number();
        plug(namespace, host.number(), ip + "/32");
        ip(namespace, "route add 198.51.100.0/24 dev eth0");
        Host router = new Host(this, outside, host.number(), namespace, directory(outside), ip);
        host.attach(new UpnpRouter(router, "192.168." + host.number() + ".0/24"));
        return host;
    }

    /**
     * Addresses of routers with miniupnpd: it maps nothing on one that is reserved, and those for documentation are. No
     * packet leaves the laboratory.
     */
    private static final String MAPPING_ROUTERS = "11.51.100.";

    private Host behind(NetworkNamespace router, String name) {
        int number = nextNumber();
        Host host = new Host(this, name, number, newNamespace(name), directory(name), "192.168." + number + ".2");
        ip(
                router,
                "link add lan0 type veth peer name eth0 netns "
                        + host.namespace().name(),
                "addr add 192.168." + number + ".1/24 dev lan0",
                "link set lan0 up");
        ip(
                host.namespace(),
                "link set lo up",
                "addr add " + host.ip4() + "/24 dev eth0",
                "link set eth0 up",
                "route add default via 192.168." + number + ".1");
        hosts.add(host);
        return host;
    }

    private static final String NAT_RULES =
            """
            table ip lab {
             chain postrouting {
              type nat hook postrouting priority srcnat; policy accept;
              oifname "eth0" masquerade
             }
             chain forward {
              type filter hook forward priority filter; policy drop;
              iifname "lan0" accept
              ct state established,related accept
             }
            }
            """;

    public List<Host> hosts() {
        return List.copyOf(hosts);
    }

    /** Packets between the two are lost, both ways; everybody else still reaches both. */
    public void block(Host host, Host other) {
        underlay.block(host.port(), other.port(), true);
        apply();
    }

    public void unblock(Host host, Host other) {
        underlay.block(host.port(), other.port(), false);
        apply();
    }

    /** Loses this share of what goes from one to another, and nothing in the other direction. */
    public void loss(Host from, Host to, double percent) {
        underlay.loss(from.port(), to.port(), percent);
        apply();
    }

    /** Nothing passes between these hosts and all others, until it is called with none. */
    public void partition(List<Host> side) {
        underlay.partition(side.stream().map(Host::port).toList());
        apply();
    }

    /** Gives this folder of a host a disk of its own, as small as that; removed with the laboratory. */
    public static void smallDisk(Path folder, int kibibytes) {
        makeDirectory(folder);
        Command.of("mount", "-t", "tmpfs", "-o", "mode=0700,size=" + kibibytes + "k", "re6st-lab", folder.toString())
                .output();
    }

    void cut(Host host, boolean isCut) {
        underlay.cut(host.port(), isCut);
        apply();
    }

    void loss(Host host, double percent) {
        underlay.loss(host.port(), percent);
        apply();
    }

    /** Where hosts keep their files, each in a folder of its name; removed at the end. */
    public Path directory() {
        return directory;
    }

    /** The start of the names of its namespaces. */
    public String name() {
        return id.name();
    }

    /** Ends every process of its hosts and removes everything. */
    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The machine is shutting down: the hook runs or has run.
        }
    }

    /** True once this process was told to end, by a signal, before {@link #close}: failures are no wonder then. */
    public boolean isInterrupted() {
        return interrupted;
    }

    private void interrupt() {
        interrupted = true;
        end();
    }

    private synchronized void end() {
        if (!closed) {
            closed = true;
            String logs = System.getProperty("re6st.lab.logs", "");
            if (!logs.isEmpty()) {
                Logs.copy(directory, Path.of(logs));
            }
            undertaker.close();
        }
    }

    private void apply() {
        Command.of(internet.entering(List.of("nft", "-f", "-")))
                .input(underlay.rules())
                .output();
    }

    private void plug(NetworkNamespace namespace, int number, String address) {
        ip(
                internet,
                "link add p" + number + " type veth peer name eth0 netns " + namespace.name(),
                "link set p" + number + " master internet",
                "link set p" + number + " up");
        ip(namespace, "link set lo up", "addr add " + address + " dev eth0", "link set eth0 up");
    }

    private NetworkNamespace newNamespace(String name) {
        NetworkNamespace namespace = new NetworkNamespace(id.nameOf(name));
        Command.of("ip", "netns", "add", namespace.name()).output();
        return namespace;
    }

    private Path directory(String name) {
        return makeDirectory(directory.resolve(name));
    }

    private int nextNumber() {
        if (hosts.size() == MAX_HOSTS) {
            throw new LabException("a laboratory has at most " + MAX_HOSTS + " hosts");
        }
        return hosts.size() + 1;
    }

    static void ip(NetworkNamespace namespace, String... lines) {
        Command.of("ip", "-n", namespace.name(), "-batch", "-")
                .input(String.join("\n", lines) + "\n")
                .within(Duration.ofSeconds(10))
                .output();
    }

    private static Path makeDirectory(Path path) {
        try {
            var onlyOwner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
            return Files.createDirectories(path, onlyOwner);
        } catch (IOException e) {
            throw new LabException("cannot make " + path + ": " + e.getMessage(), e);
        }
    }
}
