package net.re6st.node.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.re6st.config.Json;
import net.re6st.node.control.ControlRequest;
import net.re6st.node.os.Commands;

/** A host of files in a directory and commands with known output, on which nothing is wrong until a test breaks it. */
final class FakeHost {
    private final Path root;
    private final Map<String, String> output = new LinkedHashMap<>();
    private String status = Json.write(net.re6st.node.control.Snapshots.answer(ControlRequest.STATUS));
    private String tunnels = Json.write(net.re6st.node.control.Snapshots.answer(ControlRequest.TUNNELS));
    private String ports = Json.write(net.re6st.node.control.Snapshots.answer(ControlRequest.PORTS));
    private boolean running = true;
    private Optional<NodeFiles> setup = Optional.empty();
    private Instant now = Instant.parse("2027-01-15T08:00:00Z");

    /** What the daemon tells of a tunnel that loses packets. */
    static final String LOSSY =
            "\"lossy\": [{\"iface\": \"re6stnet1\", \"peer\": \"2/16\", \"lostShare\": 0.05, \"lateShare\": 0.013}]";

    /** How the router is asked for its ports, and what it has. */
    static final String LISTING = "upnpc -u http://192.168.1.1:5000/rootDesc.xml -l";

    static final String ROUTER_PORTS = "Local LAN ip address : 192.168.1.2\n"
            + " 0 UDP 40000->192.168.1.2:1194  're6stnet (1194/udp)' '' 1400\n"
            + " 1 TCP 40001->192.168.1.2:1194  're6stnet (1194/tcp)' '' 0\n";

    FakeHost(Path root) {
        this.root = root;
        prints(LISTING, ROUTER_PORTS);
        status(LOSSY, "\"lossy\": []");
        ports("\"refused\"", "\"reached\"");
        ports("203.0.113.3,1194,tcp", "198.51.100.1,1194,udp");
        file("/dev/net/tun", "");
        sysctl("net/ipv6/conf/all/disable_ipv6", "0");
        sysctl("net/ipv6/conf/all/forwarding", "1");
        sysctl("net/ipv6/conf/re6stnet1/forwarding", "1");
        sysctl("net/ipv6/conf/eth0/accept_ra", "0");
        sysctl("net/ipv4/conf/all/rp_filter", "0");
        sysctl("net/ipv4/conf/re6stnet1/rp_filter", "0");
        file("/proc/1/comm", "systemd");
        prints("openvpn --version", "OpenVPN 2.6.3 x86_64-pc-linux-gnu");
        prints("babeld -V", "babeld-1.12.1");
        prints("ip -6 -o addr show dev lo", "1: lo    inet6 2001:db8:42:1::1/64 scope global");
        prints("ip -o link show", "5: re6stnet1: <UP> mtu 1500 qdisc fq state UP");
        prints("ping", "64 bytes from 2001:db8::1: icmp_seq=1 ttl=64 time=0.4 ms");
    }

    FakeHost file(String path, String text) {
        Path file = root.resolve(path.substring(1));
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    FakeHost sysctl(String name, String value) {
        return file("/proc/sys/" + name, value + "\n");
    }

    FakeHost without(String path) throws IOException {
        Files.delete(root.resolve(path.substring(1)));
        return this;
    }

    /** What commands print that begin so; the last one that fits counts. */
    FakeHost prints(String beginning, String text) {
        output.remove(beginning);
        output.put(beginning, text);
        return this;
    }

    /** There is no such program. */
    FakeHost cannotRun(String beginning) {
        output.remove(beginning);
        return this;
    }

    FakeHost status(String before, String after) {
        status = replaced(status, before, after);
        return this;
    }

    FakeHost tunnels(String before, String after) {
        tunnels = replaced(tunnels, before, after);
        return this;
    }

    FakeHost ports(String before, String after) {
        ports = replaced(ports, before, after);
        return this;
    }

    private static String replaced(String text, String before, String after) {
        if (!text.contains(before)) {
            throw new IllegalArgumentException(before + " is not in " + text);
        }
        return text.replace(before, after);
    }

    FakeHost stopped() {
        running = false;
        return this;
    }

    FakeHost with(NodeFiles files) {
        setup = Optional.of(files);
        return this;
    }

    FakeHost at(Instant time) {
        now = time;
        return this;
    }

    Examination seen() {
        return new Examination(
                new HostView(root, this::run), root, now, reply(status), reply(tunnels), reply(ports), setup);
    }

    private Reply reply(String json) {
        return running ? Reply.of(Json.parse(json).orElseThrow()) : Reply.EMPTY;
    }

    private Commands.Result run(List<String> words) {
        String command = String.join(" ", words);
        String printed = null;
        for (Map.Entry<String, String> entry : output.entrySet()) {
            printed = command.startsWith(entry.getKey()) ? entry.getValue() : printed;
        }
        return printed == null ? new Commands.Result(-1, "no such program") : new Commands.Result(0, printed);
    }
}
