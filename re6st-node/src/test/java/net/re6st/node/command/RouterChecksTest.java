package net.re6st.node.command;

import static net.re6st.node.command.FoundFindings.found;
import static net.re6st.node.command.FoundFindings.only;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import net.re6st.node.command.Finding.Level;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor says of a router that lets no one in, and of one that will soon not do it any more. */
class RouterChecksTest {
    private static final String NO_PROBLEM = "\"problem\": null";

    @TempDir
    Path root;

    private FakeHost host;

    @BeforeEach
    void healthy() {
        host = new FakeHost(root);
    }

    @Test
    void aRouterThatForgotAPortIsFound() {
        host.prints(FakeHost.LISTING, FakeHost.ROUTER_PORTS.replace("40001->", "40002->"));
        found(Level.ERROR, "has forgotten its port 40001 for 1194 tcp", RouterChecks.mapping(host.seen()));
        host.prints(FakeHost.LISTING, "No IGD UPnP Device found on the network !");
        found(Level.WARNING, "does not answer any more", RouterChecks.mapping(host.seen()));
        host.cannotRun(FakeHost.LISTING);
        found(Level.WARNING, "upnpc can't be run", RouterChecks.mapping(host.seen()));
    }

    @Test
    void aRouterBehindAnotherIsFound() {
        host.status("\"externalIp\": \"198.51.100.1\"", "\"externalIp\": \"100.64.1.1\"");
        found(
                Level.WARNING,
                "is itself behind another one: it has 100.64.1.1, peers see 198.51.100.1",
                RouterChecks.mapping(host.seen()));
    }

    @Test
    void aRouterThatDidNotRenewIsFound() {
        host.status(NO_PROBLEM, "\"problem\": \"no answer\"");
        found(Level.WARNING, "did not renew its ports: no answer", RouterChecks.mapping(host.seen()));
        assertThat(only(RouterChecks.mapping(host.seen())).remedy()).startsWith("look whether it runs");
        host.status("\"problem\": \"no answer\"", "\"problem\": \"the router refused, by PCP: not authorized\"");
        assertThat(only(RouterChecks.mapping(host.seen())).remedy())
                .startsWith("look in the router's settings of UPnP and PCP");
    }

    @Test
    void aRouterThatWasAskedByPcpIsNotAskedForItsList() {
        host.prints(FakeHost.LISTING, "No IGD UPnP Device found on the network !");
        host.status("\"routerProtocol\": \"UPnP\"", "\"routerProtocol\": \"PCP\"");
        found(Level.OK, "198.51.100.1 lets in 40000 for 1194 udp", RouterChecks.mapping(host.seen()));
    }

    @Test
    void aMissingProgramIsNamedWhenNoRouterLetsUsIn() {
        host.status("\"state\": \"mapped\"", "\"state\": \"failed\"");
        host.status(NO_PROBLEM, "\"problem\": \"upnpc can't be run, no router answers to PCP\"");
        assertThat(only(RouterChecks.mapping(host.seen())).remedy())
                .startsWith("apt install miniupnpc, turn UPnP or PCP on in the router, or forward 1194 udp");
        host.status("upnpc can't be run", "no router answers to UPnP");
        assertThat(only(RouterChecks.mapping(host.seen())).remedy()).startsWith("turn UPnP or PCP on");
    }

    @Test
    void aRouterThatRefusesIsTurnedOnAlready() {
        String problem = "the router refused port 40000: Action not authorized (606)";
        host.status("\"state\": \"mapped\"", "\"state\": \"failed\"");
        host.status(NO_PROBLEM, "\"problem\": \"" + problem + "\"");
        assertThat(only(RouterChecks.mapping(host.seen())).remedy())
                .startsWith("look in the router's settings of UPnP and PCP why");
        for (String other : List.of(
                "the router is not connected, or has no public address on the other side",
                "the router at x has no address (0.0.0.0)",
                "the router refused, by PCP: network failure",
                "the router refused, by PCP: no resources",
                "the router refused, by PCP: there is another router in between")) {
            host.status(problem, other);
            assertThat(only(RouterChecks.mapping(host.seen())).remedy())
                    .as(other)
                    .contains("whether it is connected", "(bridge mode)", "forward 1194 udp by hand in both");
            problem = other;
        }
    }

    @Test
    void aRouterThatLetsNothingInIsAnErrorIfOneIsExpected() {
        host.status("\"state\": \"mapped\"", "\"state\": \"failed\"").status(NO_PROBLEM, "\"problem\": \"no answer\"");
        found(Level.ERROR, "lets nothing in: no answer", RouterChecks.mapping(host.seen()));
        host.status("\"expected\": true", "\"expected\": false");
        found(
                Level.WARNING,
                "behind NAT (peers see 198.51.100.1), and nobody can dial it: no answer",
                RouterChecks.mapping(host.seen()));
        host.prints("ip -o addr show", "2: eth0    inet 198.51.100.1/24 brd 198.51.100.255 scope global eth0");
        found(Level.OK, "none is needed", RouterChecks.mapping(host.seen()));
        host.status("\"seenIp\": \"198.51.100.1\"", "\"seenIp\": null");
        found(Level.OK, "none was found", RouterChecks.mapping(host.seen()));
    }
}
