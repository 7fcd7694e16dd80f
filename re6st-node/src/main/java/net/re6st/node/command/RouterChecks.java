package net.re6st.node.command;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import net.re6st.net.Ip4;
import net.re6st.net.Reachability;
import net.re6st.node.os.Commands;
import net.re6st.node.os.RouterListing;

/** The doctor's check of the NAT router: whether it lets connections in, as it was asked to. */
final class RouterChecks {
    /** A router that can't give a port, as it has no public address itself; miniupnpd then has "no resources". */
    private static final Pattern NO_ADDRESS =
            Pattern.compile("no public address|has no address|network failure|no resources|another router in between");

    private RouterChecks() {}

    static List<Finding> mapping(Examination seen) {
        if (!seen.isRunning()) {
            return List.of(Finding.skipped("router", "re6stnet does not run"));
        }
        Reply mapping = seen.status().at("mapping");
        return switch (mapping.text("state")) {
            case "mapped" -> mapped(seen, mapping);
            case "failed" -> List.of(failed(seen, mapping));
            case "asking" -> List.of(Finding.skipped("router", "it is being asked; ask again later"));
            default -> List.of(Finding.ok("router", "is not asked to let connections in"));
        };
    }

    private static Finding failed(Examination seen, Reply mapping) {
        String problem = mapping.text("problem");
        String seenIp = mapping.text("seenIp");
        if (mapping.is("expected")) {
            return Finding.error("router", "lets nothing in: " + problem, remedy(seen, problem));
        } else if (seenIp.isEmpty()) {
            return Finding.ok("router", "none was found");
        } else if (seen.host().has(seenIp)) {
            return Finding.ok("router", "none is needed: " + seenIp + " is this host's own");
        }
        return Finding.warning(
                "router",
                "this host is behind NAT (peers see " + seenIp + "), and nobody can dial it: " + problem,
                remedy(seen, problem) + "; --ip any if neither is possible: it goes on dialling others");
    }

    private static String remedy(Examination seen, String problem) {
        if (NO_ADDRESS.matcher(problem).find()) {
            return "look whether it is connected; if so, there may be another router before it: " + passedOn(seen);
        } else if (problem.contains("refused")) {
            return "look in the router's settings of UPnP and PCP why, or " + byHand(seen, "there");
        }
        String install = problem.contains("upnpc can't be run") ? "apt install miniupnpc, " : "";
        return install + "turn UPnP or PCP on in the router, or " + byHand(seen, "there");
    }

    private static String byHand(Examination seen, String where) {
        return "forward " + String.join(", ", seen.status().texts("ports")) + " by hand " + where
                + " and give the public address with --ip";
    }

    /** Where there are two routers. */
    private static String passedOn(Examination seen) {
        return "let the outer router pass everything on to the inner one (bridge mode), ask the provider for a public"
                + " address if that one is the provider's, or " + byHand(seen, "in both");
    }

    private static List<Finding> mapped(Examination seen, Reply mapping) {
        List<Finding> findings = new ArrayList<>();
        String external = mapping.text("externalIp");
        String seenIp = mapping.text("seenIp");
        boolean differs = !seenIp.isEmpty() && !seenIp.equals(external);
        if (differs || isShared(external)) {
            findings.add(Finding.warning(
                    "router",
                    "is itself behind another one: it has " + external + (differs ? ", peers see " + seenIp : "")
                            + ", so nobody can dial this node",
                    passedOn(seen)));
        }
        String problem = mapping.text("problem");
        if (!problem.isEmpty()) {
            findings.add(Finding.warning(
                    "router",
                    "did not renew its ports: " + problem,
                    (problem.contains("refused")
                                    ? remedy(seen, problem)
                                    : "look whether it runs, and whether UPnP or PCP is still turned on there")
                            + "; it is asked again every minute, and nobody can come in any more when the time of a port"
                            + " is over"));
        } else if (mapping.text("routerProtocol").equals("UPnP")) {
            findings.addAll(forgotten(seen, mapping));
        }
        String ports = String.join(
                ", ", mapping.list("ports").stream().map(RouterChecks::lease).toList());
        return findings.isEmpty() ? List.of(Finding.ok("router", external + " lets in " + ports)) : findings;
    }

    private static String lease(Reply port) {
        String lease = port.text("leaseSeconds");
        return port.text("externalPort") + " for " + name(port)
                + (lease.isEmpty() ? "" : " (for " + lease + " s more)");
    }

    private static String name(Reply port) {
        return port.text("port") + " " + port.text("protocol");
    }

    /** Asks the router itself what it has. */
    private static List<Finding> forgotten(Examination seen, Reply mapping) {
        Commands.Result listed =
                seen.host().run(RouterListing.command(mapping.text("router")).toArray(String[]::new));
        RouterListing listing = RouterListing.parse(listed.output()).orElse(null);
        if (!listed.started()) {
            return List.of(Finding.warning(
                    "router",
                    "can't be asked any more: upnpc can't be run",
                    "apt install miniupnpc: without it the ports can't be renewed"));
        } else if (listing == null) {
            return List.of(Finding.warning(
                    "router",
                    "does not answer any more",
                    "look whether it runs, and whether UPnP is turned on there: without an answer the ports are lost"
                            + " when their time is over"));
        }
        List<Finding> findings = new ArrayList<>();
        for (Reply port : mapping.list("ports")) {
            boolean tcp = port.text("protocol").startsWith("tcp");
            if (!listing.has(tcp, (int) port.whole("externalPort"), (int) port.whole("port"))) {
                findings.add(Finding.error(
                        "router",
                        "has forgotten its port " + port.text("externalPort") + " for " + name(port)
                                + ": nobody can come in there",
                        "re6stnet reload asks for it at once; without that it is renewed every "
                                + "8 minutes (was the router restarted?)"));
            }
        }
        return findings;
    }

    /** Whether an address is one that many have: private, or a provider's for its customers. */
    private static boolean isShared(String ip) {
        return Ip4.parse(ip).isPresent() && !Reachability.isPublic(ip);
    }
}
