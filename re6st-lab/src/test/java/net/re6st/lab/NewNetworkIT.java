package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import net.re6st.testing.Documents;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** docs/new-network.rst and docs/joining.rst, typed word for word: h1 is re6st.example.com, h2 joins. */
@ExtendWith(KeepLogs.class)
final class NewNetworkIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String NAMES = "echo 198.51.100.1 re6st.example.com >> /etc/hosts";

    @Test
    void comesIntoBeingAsTheDocumentsSay() throws Exception {
        try (Lab lab = Lab.create()) {
            Terminal registry = Terminal.open(lab.host("h1"));
            Terminal joiner = Terminal.open(lab.host("h2"));
            MailServer mail = MailServer.start(registry.host());
            for (Terminal terminal : List.of(registry, joiner)) {
                terminal.type(List.of(NAMES));
            }
            joiner.replace("HEX", byHand(registry));
            firstNode(registry, mail);
            join(joiner, mail);
            assertThat(joiner.type(List.of("ping -c 1 -W 5 2001:db8:42::1"))).contains("1 received");
            if (Boolean.getBoolean("re6st.all")) {
                registryAsksThatAddress(registry);
            }
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "re6st.all", matches = "true")
    void comesIntoBeingTheShortWay() throws Exception {
        try (Lab lab = Lab.create()) {
            shortWay(Terminal.open(lab.host("h1")));
        }
    }

    /** The CA, by openssl; returns its fingerprint. */
    private static String byHand(Terminal terminal) {
        Iterator<Documents.Block> story = Documents.story("by-hand").iterator();
        terminal.type(story.next());
        terminal.type(story.next());
        String fingerprint = terminal.type(story.next()).split(" ")[0];
        assertThat(fingerprint).matches("[0-9a-f]{64}");
        terminal.leaveRunning(story.next()).awaitRegistry();
        assertThat(story).isExhausted();
        return fingerprint;
    }

    private static void firstNode(Terminal terminal, MailServer mail) throws Exception {
        Iterator<Documents.Block> story = Documents.story("first-node").iterator();
        Path authority = terminal.file("/etc/re6stnet/ca.crt");
        String before = Files.readString(authority);
        String key = Files.readString(terminal.file("/etc/re6stnet/ca.key"));
        Terminal.Running conf = terminal.begin(story.next());
        conf.answer(mail.tokenFor("admin@example.com"));
        assertThat(conf.end(LIMIT)).contains("This node is 0/16, its subnet 2001:db8:42::/64");
        assertThat(Files.readString(authority)).isEqualTo(before);
        assertThat(Files.readString(terminal.file("/etc/re6stnet/ca.key"))).isEqualTo(key);
        Terminal.Running node = terminal.leaveRunning(story.next());
        assertThat(story).isExhausted();
        Await.until(
                "a server with these parameters",
                LIMIT,
                () -> terminal.host().processes("openvpn").stream()
                        .anyMatch(process -> process.argument("--dh").equals(Optional.of("dh2048.pem"))),
                node::shown);
    }

    private static void join(Terminal terminal, MailServer mail) {
        Iterator<Documents.Block> story = Documents.story("joining").iterator();
        Terminal.Running conf = terminal.begin(story.next());
        conf.answer("alice@example.com");
        conf.answer(mail.tokenFor("alice@example.com"));
        assertThat(conf.end(LIMIT)).contains("2001:db8:42:1::/64").doesNotContain("Without --fingerprint");
        terminal.leaveRunning(story.next()).awaitWayTo("2001:db8:42::1");
        assertThat(terminal.type(story.next())).contains("1/16");
        assertThat(story).isExhausted();
        terminal.type(List.of("echo main-interface eth0 >> re6stnet.conf"));
        Documents.story("test-option").forEach(terminal::type);
    }

    /** Started again, it asks its node by that address. */
    private static void registryAsksThatAddress(Terminal terminal) {
        endRegistry(terminal.host());
        Iterator<Documents.Block> story = Documents.story("private").iterator();
        Terminal.Running registry = terminal.leaveRunning(story.next());
        assertThat(story).isExhausted();
        registry.awaitRegistry();
        String call =
                "exec 3<>/dev/tcp/127.0.0.1/80; printf 'GET /versions HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3;"
                        + " cat <&3";
        Await.until(
                "both nodes answer the registry",
                LIMIT,
                () -> terminal.host().command("bash", "-c", call).output().matches("(?s).*Linux .*Linux .*"),
                () -> terminal.host().command("bash", "-c", call).output() + registry.shown());
    }

    /** What init made serves; then with the pages of the administration. */
    private static void shortWay(Terminal terminal) throws Exception {
        Iterator<Documents.Block> story = Documents.story("init").iterator();
        assertThat(terminal.type(story.next())).contains("network 2001:db8:42::/48");
        terminal.leaveRunning(story.next()).awaitRegistry();
        assertThat(story).isExhausted();
        endRegistry(terminal.host());
        Iterator<Documents.Block> pages = Documents.story("pages").iterator();
        terminal.leaveRunning(pages.next()).awaitRegistry();
        assertThat(pages).isExhausted();
        Path password = terminal.file("/etc/re6stnet/admin.password");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(password)))
                .isEqualTo("rw-------");
        Documents.story("settings").forEach(terminal::type);
    }

    private static void endRegistry(Host host) {
        HostProcess running = host.processes("java").stream()
                .filter(process -> process.has("net.re6st.registry.RegistryMain"))
                .findFirst()
                .orElseThrow();
        Command.of("kill", Long.toString(running.pid())).output();
        Await.until("the end of the registry", LIMIT, () -> host.processes("java").stream()
                .noneMatch(process -> process.pid() == running.pid()));
    }
}
