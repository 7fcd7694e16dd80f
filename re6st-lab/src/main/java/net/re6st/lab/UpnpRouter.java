package net.re6st.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A router that translates connections, as of {@link Lab#hostBehindNat}, and lets in what hosts behind it ask for: with a
 * real miniupnpd, which keeps its mappings in nftables.
 */
public final class UpnpRouter {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** As nft shows what miniupnpd wrote; protocols 6 and 17. */
    private static final Pattern MAPPING =
            Pattern.compile("@nh,72,8 0x(6|11) th dport ([0-9]+) dnat ip to ([0-9.]+:[0-9]+)");

    private static final Pattern NONCE = Pattern.compile("PCP MAP: added mapping .* 'PCP MAP ([0-9a-f]{24})'");

    /** The chains are those that miniupnpd expects by default. */
    private static final String RULES =
            """
            table inet filter {
             chain forward {
              type filter hook forward priority filter; policy drop;
              iifname "lan0" accept
              ct state established,related accept
              jump miniupnpd
             }
             chain miniupnpd { }
             chain prerouting {
              type nat hook prerouting priority dstnat; policy accept;
              jump prerouting_miniupnpd
             }
             chain prerouting_miniupnpd { }
             chain postrouting {
              type nat hook postrouting priority srcnat; policy accept;
              jump postrouting_miniupnpd
              oifname "eth0" masquerade
             }
             chain postrouting_miniupnpd { }
            }
            """;

    /** It refuses whatever it is asked for. */
    public static final String REFUSING = "deny 0-65535 0.0.0.0/0 0-65535";

    private static final String LEASE = "(?m)^ *\\d+ (?:TCP|UDP) +%d->\\S+ .* (\\d+)$";

    private final Host host;
    private final String inside;
    private @Nullable Task task;

    UpnpRouter(Host host, String inside) {
        this.host = host;
        this.inside = inside;
        host.command("sysctl", "-qw", "net.ipv4.ip_forward=1").output();
        host.command("nft", "-f", "-").input(RULES).output();
    }

    /** Its address on the internet. */
    public String externalIp() {
        return host.ip4();
    }

    /**
     * Starts its miniupnpd, which finds the mappings that are left.
     *
     * @param more lines of its configuration; the last one of each option counts, and the first permission that fits
     */
    public void start(boolean upnp, boolean natPmp, String... more) {
        Path configuration = host.directory().resolve("miniupnpd.conf");
        List<String> lines = new ArrayList<>(List.of(
                "ext_ifname=eth0",
                "listening_ip=lan0",
                "http_port=5000",
                "enable_upnp=" + (upnp ? "yes" : "no"),
                "enable_natpmp=" + (natPmp ? "yes" : "no"),
                "secure_mode=no",
                "min_lifetime=3",
                "uuid=5c9f1e0a-7c1f-4a5e-9d77-0b6c3e1d2f40"));
        lines.addAll(List.of(more));
        lines.addAll(List.of("allow 1024-65535 " + inside + " 1024-65535", REFUSING));
        try {
            Files.write(configuration, lines);
        } catch (IOException e) {
            throw new LabException("cannot write " + configuration, e);
        }
        String pid = host.directory().resolve("miniupnpd.pid").toString();
        // In the foreground; -d makes it write what it does.
        Task started = host.start(
                "miniupnpd",
                host.directory(),
                Map.of(),
                List.of("miniupnpd", "-f", configuration.toString(), "-P", pid, "-d"));
        task = started;
        int port = natPmp ? 5351 : 1900;
        Await.until(
                "miniupnpd listens",
                LIMIT,
                () -> host.command("ss", "-Hlun").output().contains(":" + port + " "),
                started::output);
    }

    /** It speaks PCP, of version 2, but not NAT-PMP, of version 0, which miniupnpd can't tell apart by itself; or the reverse. */
    public void drop(int version) {
        host.command("nft", "-f", "-")
                .input("table inet versions { }\nflush table inet versions\n"
                        + "table inet versions {\n"
                        + " chain input {\n"
                        + "  type filter hook input priority filter; policy accept;\n"
                        + "  udp dport 5351 @th,64,8 " + version + " drop\n"
                        + " }\n"
                        + "}\n")
                .output();
    }

    /** Ends its miniupnpd; the mappings stay. */
    public void stop() {
        if (task != null) {
            task.terminate();
            task.awaitExit(LIMIT);
        }
    }

    /** Loses every mapping, as a router that is switched off. */
    public void forget() {
        for (String chain : List.of("miniupnpd", "prerouting_miniupnpd", "postrouting_miniupnpd")) {
            host.command("nft", "flush", "chain", "inet", "filter", chain).output();
        }
    }

    /** Its mappings, as {@code tcp 40000 192.168.3.2:1194}, sorted. */
    public List<String> mappings() {
        String listed = host.command("nft", "list", "chain", "inet", "filter", "prerouting_miniupnpd")
                .output();
        return MAPPING.matcher(listed).results().map(UpnpRouter::text).sorted().toList();
    }

    /** The nonces of the mappings that it gave or renewed by PCP, as far as its log goes back. */
    public List<String> nonces() {
        return task == null
                ? List.of()
                : NONCE.matcher(task.output())
                        .results()
                        .map(granted -> granted.group(1))
                        .toList();
    }

    private static String text(MatchResult mapping) {
        return (mapping.group(1).equals("6") ? "tcp " : "udp ") + mapping.group(2) + " " + mapping.group(3);
    }

    /** Gives it another interface to the outside, with that address. */
    public void addInterface(String name, String address) {
        host.command("ip", "link", "add", name, "type", "veth", "peer", "name", name + "-far")
                .output();
        host.command("ip", "addr", "add", address + "/24", "dev", name).output();
        host.command("ip", "link", "set", name, "up").output();
        host.command("ip", "link", "set", name + "-far", "up").output();
    }

    /** How many seconds a mapping has left, as a host behind the router is told; 0: it has no end. */
    public int leaseSeconds(Host asking, int externalPort) {
        String listed = asking.command("upnpc", "-u", url(), "-l").within(LIMIT).output();
        Matcher lease = Pattern.compile(LEASE.formatted(externalPort)).matcher(listed);
        if (!lease.find()) {
            throw new LabException("the router has no port " + externalPort + ": " + listed);
        }
        return Integer.parseInt(lease.group(1));
    }

    private String url() {
        return "http://" + inside.replaceFirst("\\.0/24$", ".1") + ":5000/rootDesc.xml";
    }

    /** A host behind the router asks for a port, for the address {@code ip} behind it. */
    public void map(Host asking, String ip, int port, int externalPort, String protocol) {
        String said = asking.command(Arrays.asList(
                        "upnpc",
                        "-u",
                        url(),
                        "-a",
                        ip,
                        Integer.toString(port),
                        Integer.toString(externalPort),
                        protocol,
                        "600"))
                .within(LIMIT)
                .output();
        if (!said.contains("is redirected to internal " + ip + ":" + port + " ")) {
            throw new LabException("the router did not map " + externalPort + ": " + said);
        }
    }
}
