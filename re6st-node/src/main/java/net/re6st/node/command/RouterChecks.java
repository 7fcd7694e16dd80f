package net.re6st.node.command;

import java.util.ArrayList;
import java.util.List;
import net.re6st.net.Ip4;
import net.re6st.net.Reachability;
import net.re6st.node.os.RouterListing;

/** The doctor's check of the NAT router: whether it lets connections in, as it was asked to. */
final class RouterChecks {
    private static final String BY_HAND =
            "forward the ports by hand there and give the router's public address with --ip";

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
            return Finding.error("router", "lets nothing in: " + problem, remedy(problem));
        } else if (seenIp.isEmpty()) {
            return Finding.ok("router", "none was found");
        } else if (seen.host().has(seenIp)) {
            return Finding.ok("router", "none is needed: " + seenIp + " is this host's own");
        }
        return Finding.warning(
                "router",
                "this host is behind NAT (peers see " + seenIp + "), and nobody can dial it: " + problem,
                remedy(problem) + "; --ip any if neither is possible");
    }

    private static String remedy(String problem) {
        String install = problem.contains("upnpc can't be run") ? "apt install miniupnpc, " : "";
        return install + "turn UPnP or PCP on in the router, or " + BY_HAND;
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
                    "let the outer router pass everything on to the inner one (bridge mode), or " + BY_HAND));
        }
        if (!mapping.text("problem").isEmpty()) {
            findings.add(Finding.warning(
                    "router",
                    "did not renew its ports: " + mapping.text("problem"),
                    "look whether it runs; it is asked again every minute"));
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
        String output = seen.host()
                .run(RouterListing.command(mapping.text("router")).toArray(String[]::new))
                .output();
        RouterListing listing = RouterListing.parse(output).orElse(null);
        if (listing == null) {
            return List.of(Finding.warning(
                    "router",
                    "does not answer, or upnpc is missing",
                    "look whether the router runs, and apt install miniupnpc"));
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
