package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.re6st.testing.Documents;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The life of our packages on two machines with a fresh Debian, each booted by its own systemd: installation, a network, upgrade,
 * removal, purge; and what starts the programs besides systemd.
 *
 * <pre>
 *   first (registry and its node) --- internet --- second (node)
 * </pre>
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class PackageWalk {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration APT_LIMIT = Duration.ofMinutes(10);
    private static final String NODE = "re6stnet.service";
    private static final String REGISTRY = "re6st-registry.service";
    private static final String CONF = "/etc/re6stnet/re6stnet.conf";
    private static final String FIRST_ADDRESS = "2001:db8:42::1";
    private static final String SECOND_ADDRESS = "2001:db8:42:1::1";
    private static final String DISPATCHER = "/usr/lib/NetworkManager/dispatcher.d/50-re6stnet";

    private final String suite;
    private Path system;
    private Lab lab;
    private Host first;
    private Host second;
    private SystemdContainer one;
    private SystemdContainer two;

    PackageWalk(String suite) {
        this.suite = suite;
    }

    @BeforeAll
    void boot() throws IOException {
        DebianPackages packages = DebianPackages.build();
        lab = Lab.create();
        first = lab.host("first");
        second = lab.host("second");
        system = DebianSystem.make(suite, packages);
        Map<String, String> interfaces = Map.of(
                "/etc/network/interfaces",
                """
                iface main0 inet6 manual
                    pre-up ip link add main0 type veth peer name main1
                    pre-up ip link set main1 up
                    up ip link set main0 up
                    post-down ip link del main0
                """);
        one = SystemdContainer.boot(first, system, "multi-user.target", interfaces);
        two = SystemdContainer.boot(second, system, "multi-user.target", interfaces);
    }

    @AfterAll
    void end() {
        for (SystemdContainer container : Arrays.asList(one, two)) {
            if (container != null) {
                container.end();
            }
        }
        if (lab != null) {
            lab.close();
        }
        if (system != null && !DebianPackages.REUSE) {
            DebianSystem.remove(system);
        }
    }

    @Test
    @Order(1)
    void installs() {
        apt(one, "install /packages/older/re6stnet.deb /packages/older/re6st-registry.deb");
        apt(two, "install /packages/older/re6stnet.deb");
        apt(two, "--no-install-recommends install ifupdown");
        for (String unit : List.of(NODE, REGISTRY)) {
            assertThat(one.output("systemctl", "is-enabled", unit)).isEqualTo("enabled");
            assertThat(state(one, unit)).as("no configuration yet").isEqualTo("inactive");
        }
        assertThat(one.output("ls", "/var/cache/re6stnet")).isEqualTo("re6stnet.jsa");
        String units = "systemd-analyze verify --man=no " + NODE + " " + REGISTRY
                + " re6stnet-wait-online.service re6st-registry-routes.socket re6st-registry-routes.service";
        assertThat(one.run("sh", "-c", units).output()).isEmpty();
        for (String unit : List.of(NODE, REGISTRY)) {
            String verdict =
                    one.run("systemd-analyze", "security", "--no-pager", unit).output();
            Figures.print(
                    suite + ": " + verdict.substring(verdict.indexOf("Overall")).strip());
        }
        Figures.print(
                suite + ": " + one.output("sh", "-c", "java -version 2>&1 | head -1; openvpn --version | head -1"));
    }

    @Test
    @Order(2)
    void makesANetworkOfTwoMachines() {
        one.output("re6st-registry", "init", "--network", "2001:db8:42::/48", "--email", "admin@example.com");
        one.output("sh", "-c", "echo hello 2 >> /etc/re6stnet/re6st-registry.conf");
        one.output("systemctl", "start", REGISTRY);
        join(one, "first", "http://localhost/", first);
        one.output("systemctl", "start", NODE);
        join(two, "second", "http://" + first.ip4() + "/", second);
        two.output("systemctl", "start", NODE);
        two.output(LIMIT.plusSeconds(10), "systemctl", "start", "re6stnet-wait-online.service");
        two.output("ping", "-c", "3", "-W", "5", FIRST_ADDRESS);
        one.output("ping", "-c", "3", "-W", "5", SECOND_ADDRESS);
        awaitTunnels();
    }

    private void join(SystemdContainer container, String name, String registry, Host host) {
        String token = one.output("re6st-registry", "token", "add", name + "@example.com", "--json")
                .replaceAll("(?s).*\"token\": *\"([^\"]+)\".*", "$1");
        String fingerprint = one.output("sh", "-c", "openssl x509 -in /etc/re6stnet/ca.crt -outform der | sha256sum")
                .split(" ")[0];
        container.output(
                "sh",
                "-c",
                "cd /etc/re6stnet && re6st-conf --registry %s --fingerprint sha256:%s --email %s@example.com --token %s"
                                .formatted(registry, fingerprint, name, token)
                        + " && echo 'ip %s' >> re6stnet.conf".formatted(host.ip4()));
    }

    /** Both directions are dialled. */
    private void awaitTunnels() {
        Await.until("tunnels", LIMIT, () -> second.processes("openvpn").size() >= 2);
    }

    @Test
    @Order(3)
    void theRegistryIsNobodyAndKnowsTheRoutes() throws IOException {
        String pid = one.property(REGISTRY, "MainPID");
        String status = one.output("cat", "/proc/" + pid + "/status");
        String uid = one.output("id", "-u", "re6st-registry");
        assertThat(uid).isNotEqualTo("0");
        assertThat(status).contains("Uid:\t%s\t%s\t".formatted(uid, uid)).contains("CapEff:\t0000000000000400");
        assertThat(one.output("stat", "-c", "%U", "/var/lib/re6st-registry/registry.db"))
                .isEqualTo("re6st-registry");
        Await.until("it sees the second node", LIMIT, () -> Http.get(first, 80, "/metrics")
                .contains("nodes_reachable 1"));
    }

    @Test
    @Order(4)
    void rotatesLogs() {
        for (String name : List.of("re6stnet", "re6st-registry")) {
            String log = name.equals("re6stnet") ? "re6stnet.log" : "registry.log";
            String file = "/var/log/" + name + "/" + log;
            one.output("sh", "-c", "echo line >> " + file);
            one.output("logrotate", "-f", "/etc/logrotate.d/" + name);
            String pid = one.property(name + ".service", "MainPID");
            Await.until("the new file is open", LIMIT, () -> one.output("sh", "-c", "ls -l /proc/" + pid + "/fd")
                    .lines()
                    .anyMatch(line -> line.endsWith(" -> " + file)));
            assertThat(one.output("ls", "/var/log/" + name)).contains(log + ".1");
        }
    }

    @Test
    @Order(5)
    void aRegistryThatHangsIsStartedAgain() {
        one.output(
                "sh",
                "-c",
                "mkdir -p /run/systemd/system/" + REGISTRY + ".d && printf '[Service]\\nWatchdogSec=15\\n'"
                        + " > /run/systemd/system/" + REGISTRY + ".d/test.conf && systemctl daemon-reload");
        one.output("systemctl", "restart", REGISTRY);
        String pid = one.property(REGISTRY, "MainPID");
        one.output("systemctl", "kill", "-s", "STOP", "--kill-who=main", REGISTRY);
        Await.until(
                "another one",
                LIMIT,
                () -> !Set.of(pid, "0").contains(one.property(REGISTRY, "MainPID"))
                        && state(one, REGISTRY).equals("active"));
        assertThat(Http.get(first, 80, "/readyz")).endsWith("ready\n");
        one.output("sh", "-c", "rm -r /run/systemd/system/" + REGISTRY + ".d && systemctl daemon-reload");
    }

    @Test
    @Order(6)
    void anUpgradeLosesNothingAndKeepsWhatWasConfigured() {
        String configuration =
                "cat /etc/re6stnet/re6stnet.conf /etc/re6stnet/cert.key; tail -1 /etc/logrotate.d/re6stnet";
        two.output("sh", "-c", "echo '# ours' >> /etc/logrotate.d/re6stnet");
        String before = two.output("sh", "-c", configuration);
        Set<Long> children = children(first);
        Set<Long> others = children(second);
        String pid = one.property(NODE, "MainPID");
        SteadyPing ping = SteadyPing.start(second, FIRST_ADDRESS);
        try {
            apt(one, "install /packages/newer/re6stnet.deb /packages/newer/re6st-registry.deb");
            apt(two, "install /packages/newer/re6stnet.deb");
            ping.assertNothingLost(suite + ": upgrade of both machines, ten pings a second");
        } finally {
            ping.end();
        }
        for (SystemdContainer container : List.of(one, two)) {
            assertThat(container.output("re6stnet", "--version")).isEqualTo(DebianPackages.NEWER);
            assertThat(container.output("re6stnet", "status")).contains("running");
        }
        assertThat(one.property(NODE, "MainPID")).isNotEqualTo(pid);
        assertThat(state(one, REGISTRY)).isEqualTo("active");
        String told = one.output("sh", "-c", "grep -h NodeDaemon /var/log/re6stnet/re6stnet.log*");
        assertThat(children(first)).as(told).containsAll(children);
        assertThat(children(second)).containsAll(others);
        assertThat(two.output("sh", "-c", configuration)).isEqualTo(before).endsWith("# ours");
    }

    @Test
    @Order(7)
    void comesAndGoesWithItsMainInterface() {
        two.output("systemctl", "stop", NODE);
        two.output("sh", "-c", "cp " + CONF + " /root/lo.conf; echo 'main-interface main0' >> " + CONF);
        two.output("systemctl", "start", NODE);
        assertThat(state(two, NODE)).as("its interface is not there").isEqualTo("inactive");
        two.output("ifup", "main0");
        awaitState("active");
        Await.until("it has the address", LIMIT, () -> two.output("ip", "-6", "addr", "show", "dev", "main0")
                .contains(SECOND_ADDRESS));
        two.output("ifdown", "main0");
        awaitState("inactive");

        two.output(
                "sh",
                "-c",
                "ip link add main0 type veth peer name main1 && ip link set main1 up && ip link set main0 up");
        call(two, DISPATCHER, "eth0", "up");
        assertUntouched("inactive");
        call(two, DISPATCHER, "main0", "up");
        awaitState("active");
        call(two, DISPATCHER, "eth0", "down");
        assertUntouched("active");
        call(two, DISPATCHER, "main0", "down");
        awaitState("inactive");
        two.output("ip", "link", "del", "main0");
    }

    @Test
    @Order(8)
    void otherInterfacesAreNothingToANodeOfLo() {
        two.output("cp", "/root/lo.conf", CONF);
        call(two, DISPATCHER, "eth0", "up");
        assertUntouched("inactive");
        two.output("ifup", "main0");
        assertUntouched("inactive");
        two.output("systemctl", "start", NODE);
        call(two, DISPATCHER, "eth0", "down");
        two.output("ifdown", "main0");
        assertUntouched("active");
    }

    /** docs/networkmanager.rst, typed word for word for an interface of its own. */
    @Test
    @Order(9)
    void aRealNetworkManagerStartsAndStopsIt() throws IOException {
        String unmanaged = String.join(
                "\n", Documents.blocks("docs/networkmanager.rst").get(0).lines());
        assertThat(unmanaged).contains("unmanaged-devices=interface-name:re6stnet*");
        two.output(
                "sh",
                "-c",
                "mkdir -p /etc/NetworkManager/conf.d; echo '%s;interface-name:eth0' > /etc/NetworkManager/conf.d/re6stnet.conf"
                        .formatted(unmanaged));
        apt(two, "--no-install-recommends install network-manager");
        Iterator<Documents.Block> story = Documents.story("networkmanager").iterator();
        type(story.next());
        assertThat(two.output("nmcli", "-t", "-f", "DEVICE,STATE", "device"))
                .contains("re6stnet-tcp:unmanaged", "eth0:unmanaged");
        two.output("systemctl", "stop", NODE);
        two.output("sh", "-c", "echo 'main-interface nm0' >> " + CONF);
        two.output(
                "sh",
                "-ec",
                """
                ip link add nm0 type veth peer name nm1
                ip link set nm1 up
                nmcli connection add type ethernet con-name nm0 ifname nm0 autoconnect no \\
                    ipv4.method disabled ipv6.method link-local
                """);
        type(story.next());
        awaitState("active");
        Await.until("it has the address", LIMIT, () -> two.output("ip", "-6", "addr", "show", "dev", "nm0")
                .contains(SECOND_ADDRESS));
        two.output("nmcli", "connection", "down", "nm0");
        awaitState("inactive");
        type(story.next());
        assertThat(two.output("nmcli", "-g", "ipv6.method,ipv6.never-default", "connection", "show", "nm0"))
                .isEqualTo("disabled\nyes");
        assertThat(story).isExhausted();
        apt(two, "purge network-manager");
        two.output("sh", "-ec", "ip link del nm0; rm -f /etc/NetworkManager/conf.d/re6stnet.conf");
        two.output("cp", "/root/lo.conf", CONF);
        two.output("systemctl", "start", NODE);
    }

    private void type(Documents.Block block) {
        two.output("sh", "-ec", String.join("\n", block.lines()).replace("eth0", "nm0"));
    }

    @Test
    @Order(10)
    void optionsThatCanNotBeUsedAreErrorsOfTheJournal() {
        two.output("systemctl", "stop", NODE);
        two.output("sh", "-c", "echo no-such-option >> " + CONF);
        assertThat(two.run("systemctl", "start", NODE).ok()).isFalse();
        two.run("systemctl", "stop", NODE);
        assertThat(two.output("journalctl", "-b", "-u", NODE, "-p", "err", "-o", "cat"))
                .contains("re6stnet: ")
                .contains("no-such-option");
        two.output("cp", "/root/lo.conf", CONF);
    }

    @Test
    @Order(11)
    void worksUnderSysV() {
        assertThat(call(two, "/etc/init.d/re6stnet", "status").status()).isEqualTo(3);
        assertThat(call(two, "/etc/init.d/re6stnet", "start").ok()).isTrue();
        assertThat(call(two, "/etc/init.d/re6stnet", "status").status()).isZero();
        Await.until("the network is there", LIMIT, () -> second.command("ping", "-c1", "-W1", FIRST_ADDRESS)
                .run()
                .ok());
        awaitTunnels();
        Set<Long> before = children(second);
        SteadyPing ping = SteadyPing.start(second, FIRST_ADDRESS);
        try {
            assertThat(call(two, "/etc/init.d/re6stnet", "restart").ok()).isTrue();
            ping.assertNothingLost(suite + ": restart under SysV");
        } finally {
            ping.end();
        }
        assertThat(children(second)).containsAll(before);
        assertThat(call(two, "/etc/init.d/re6stnet", "rotate").ok()).isTrue();
        assertThat(call(two, "/etc/init.d/re6stnet", "stop").ok()).isTrue();
        assertThat(children(second)).isEmpty();

        one.output("systemctl", "stop", REGISTRY);
        assertThat(call(one, "/etc/init.d/re6st-registry", "start").ok()).isTrue();
        Await.until("it answers", LIMIT, () -> Http.get(first, 80, "/readyz").endsWith("ready\n"));
        assertThat(one.output("ps", "-o", "user:20=", "-C", "java")).contains("re6st-registry");
        assertThat(call(one, "/etc/init.d/re6st-registry", "stop").ok()).isTrue();
        one.output("systemctl", "start", REGISTRY);
    }

    @Test
    @Order(12)
    void leavesNothing() {
        apt(one, "remove re6stnet re6st-registry");
        assertThat(children(first)).isEmpty();
        assertThat(first.processes("java")).isEmpty();
        assertThat(first.interfaces()).noneMatch(name -> name.startsWith("re6st"));
        assertThat(one.output("ls", "/etc/re6stnet")).contains("ca.key", "cert.key", "re6stnet.conf");
        assertThat(one.output("ls", "/var/lib/re6st-registry")).contains("registry.db");
        apt(one, "purge re6stnet re6st-registry");
        two.output("systemctl", "start", NODE);
        apt(two, "purge re6stnet");
        assertThat(children(second)).isEmpty();
        for (SystemdContainer container : List.of(one, two)) {
            assertThat(container.output(
                            "sh",
                            "-c",
                            "find / -xdev \\( -path /proc -o -path /sys -o -path /tmp -o -path /packages"
                                    + " -o -path /var/cache/apt \\) -prune -o -name '*re6st*' -print;"
                                    + " find /run /tmp -xdev -name '*re6st*' ! -name 're6st-lab*'"))
                    .isEmpty();
            assertThat(container.run("getent", "passwd", "re6st-registry").ok()).isFalse();
            assertThat(container.run("sh", "-c", "dpkg -l | grep re6st").output())
                    .isEmpty();
        }
    }

    private static void apt(SystemdContainer container, String arguments) {
        container.output(
                APT_LIMIT,
                "sh",
                "-c",
                "DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Options::=--force-confold " + arguments);
    }

    /** As something else than systemd would call it. */
    private static Command.Result call(SystemdContainer container, String... words) {
        return container.run("sh", "-c", "SYSTEMCTL_SKIP_REDIRECT=1 exec " + String.join(" ", words));
    }

    private static String state(SystemdContainer container, String unit) {
        return container.property(unit, "ActiveState");
    }

    private void awaitState(String state) {
        Await.until("the node is " + state, LIMIT, () -> state(two, NODE).equals(state));
    }

    /** Nothing happened, and nothing is about to. */
    private void assertUntouched(String state) {
        assertThat(two.output("systemctl", "list-jobs", "--no-legend")).doesNotContain(NODE);
        assertThat(state(two, NODE)).isEqualTo(state);
    }

    /** Debian 13 runs a babeld of its own, which has no interfaces. */
    private static Set<Long> children(Host host) {
        return host.processes().stream()
                .filter(process -> process.program().equals("openvpn")
                        || (process.program().equals("babeld") && process.has("-G")))
                .map(HostProcess::pid)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
