package net.re6st.node.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.re6st.net.Reachability;

/** The doctor's check of the ports that are served: whether others can come in. Peers try; what clients show is second best. */
final class PortChecks {
    private static final String CHECK = "ports";

    /** Who comes at all has come by then. Tests don't wait so long. */
    private static final int SETTLED_SECONDS = Integer.getInteger("re6st.ports.settledSeconds", 600);

    private static final String REACHED = "reached";
    private static final String STRANGE = "strange";

    /** What peers found that could not come in, in words. */
    private static final Map<String, String> FOUND =
            Map.of("silent", "no answer", "refused", "refused", STRANGE, "an answer that is not OpenVPN's");

    private PortChecks() {}

    static List<Finding> ports(Examination seen) {
        if (!seen.isRunning()) {
            return List.of(Finding.skipped(CHECK, "re6stnet does not run"));
        }
        List<Reply> servers = seen.tunnels().list("servers");
        if (servers.isEmpty()) {
            return List.of(Finding.ok(CHECK, "none is served"));
        }
        List<Finding> findings = new ArrayList<>();
        for (Reply server : servers) {
            if (server.text("pid").isEmpty()) {
                String port = port(seen, server);
                findings.add(Finding.error(
                        CHECK,
                        "the server for port " + port + " does not run",
                        "look in re6stnet.log why; is the port taken? ss -lnp | grep " + port.split(" ")[0]));
            }
        }
        if (seen.status().text("advertised").isEmpty()) {
            findings.add(Finding.warning(
                    CHECK,
                    "nobody can dial us: no address is advertised",
                    "give a public one with --ip, or forward the port on the router"));
            return findings;
        }
        List<Reply> tried = seen.ports().list("addresses").stream()
                .filter(address -> !told(address).isEmpty())
                .toList();
        tried.forEach(address -> findings.add(tried(seen, address)));
        Set<String> covered = tried.stream()
                .map(address -> address.text("address").split(",", 3)[2])
                .collect(Collectors.toSet());
        for (Reply server : servers) {
            if (!server.text("pid").isEmpty() && !covered.contains(server.text("protocol"))) {
                findings.add(untried(seen, server));
            }
        }
        return findings;
    }

    /** The port of a server and its protocol, as {@code 1194 tcp}. */
    private static String port(Examination seen, Reply server) {
        String protocol = server.text("protocol");
        return seen.status().texts("ports").stream()
                .filter(each -> each.endsWith(" " + protocol))
                .findFirst()
                .orElse(protocol);
    }

    /** Answers of peers that could try an address. */
    private static List<Reply> told(Reply address) {
        return address.list("answers").stream()
                .filter(answer -> isReached(answer) || FOUND.containsKey(answer.text("outcome")))
                .toList();
    }

    private static boolean isReached(Reply answer) {
        return answer.text("outcome").equals(REACHED);
    }

    private static Finding tried(Examination seen, Reply address) {
        List<Reply> told = told(address);
        long reached = told.stream().filter(PortChecks::isReached).count();
        String failed = told.stream()
                .filter(answer -> !isReached(answer))
                .map(answer -> answer.text("peer") + ": " + FOUND.get(answer.text("outcome")))
                .collect(Collectors.joining(", "));
        String where = address.text("address");
        String text = where + " is reached by " + reached + " of " + told.size()
                + (told.size() == 1 ? " peer" : " peers") + (failed.isEmpty() ? "" : " (" + failed + ")");
        if (reached > 0) {
            return Finding.ok(CHECK, text);
        }
        List<Reply> servers = seen.tunnels().list("servers").stream()
                .filter(server -> where.endsWith("," + server.text("protocol")))
                .toList();
        boolean hasClients = servers.stream().anyMatch(server -> server.whole("clients") > 0);
        String port = servers.isEmpty() ? where : port(seen, servers.get(0));
        boolean strange =
                told.stream().anyMatch(answer -> answer.text("outcome").equals(STRANGE));
        return Finding.warning(
                CHECK,
                text + (hasClients ? "; those that are connected came earlier" : ""),
                strange ? "another program answers there: " + passOn(port) : open(seen, where.split(",")[0], port));
    }

    private static String open(Examination seen, String host, String port) {
        return seen.host().has(host)
                ? "open " + port + " for all of the Internet, in this host's firewall and those before it"
                : passOn(port) + "; is it open in this host's firewall?"
                        + (host.matches("[0-9.]+|.*:.*") ? "" : " Does " + host + " mean this host's public address?");
    }

    private static String passOn(String port) {
        return "let the router pass " + port + " on to this host, from the port that is advertised";
    }

    /** Whether a peer said this of a public address; private ones are declined because they are private. */
    private static boolean isSaid(Examination seen, String protocol, String outcome) {
        return seen.ports().list("addresses").stream()
                .filter(address -> address.text("address").endsWith("," + protocol)
                        && Reachability.isPublic(address.text("address").split(",")[0]))
                .flatMap(address -> address.list("answers").stream())
                .anyMatch(answer -> answer.text("outcome").equals(outcome));
    }

    /** Nobody tells: what is known then is who came by itself. */
    private static Finding untried(Examination seen, Reply server) {
        String port = port(seen, server);
        if (isSaid(seen, server.text("protocol"), "busy")) {
            return Finding.skipped(
                    CHECK, "peers were asked to try port " + port + " too often; ask again in half a minute");
        } else if (server.whole("clients") > 0) {
            return Finding.ok(CHECK, "port " + port + " is reachable: it has clients on " + server.text("iface"));
        } else if (isSaid(seen, server.text("protocol"), "declined")) {
            return Finding.skipped(
                    CHECK, "nobody came to port " + port + ", and the peers that were asked don't dial it themselves");
        } else if (seen.status().whole("uptimeSeconds") < SETTLED_SECONDS) {
            return Finding.skipped(
                    CHECK, "nobody came to port " + port + " yet, and no peer could try it; ask again later");
        }
        return Finding.warning(
                CHECK,
                "nobody ever came to port " + port,
                "open it for all of the Internet, in this host's firewall and on the router before it");
    }
}
