package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.re6st.testing.Documents;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The examples of the manual pages, typed word for word: h1 is the registry with its node, h2 is another node. */
@ExtendWith(KeepLogs.class)
final class ManualPagesIT {
    private static final Pattern FINGERPRINT = Pattern.compile("sha256:([0-9a-f]{64})");
    private static final Pattern TOKEN = Pattern.compile("(?m)^([a-z]{8})$");
    private static final List<String> NAMES =
            List.of("echo 198.51.100.1 re6st.example.com >> /etc/hosts", "mkdir -p /etc/re6stnet", "cd /etc/re6stnet");

    @Test
    void examplesWork() {
        try (Lab lab = Lab.create()) {
            Terminal registry = open(lab, "h1");
            Terminal alice = open(lab, "h2");
            Iterator<Documents.Block> pages = Documents.story("manual-registry").iterator();
            Terminal.Running server = registry.leaveRunning(pages.next());
            server.awaitRegistry();
            List<String> joining = pages.next().lines();
            assertThat(pages).isExhausted();

            pages = Documents.story("manual-conf").iterator();
            registry.replace("abcdefgh", token(registry.type(List.of("re6st-registry token add admin@example.com"))));
            assertThat(registry.type(pages.next())).contains("This node is 0/16");
            alice.replace("abcdefgh", token(registry.type(joining.subList(0, 1))));
            alice.replace("HEX", fingerprint(server.shown()));
            assertThat(alice.type(pages.next())).contains("This node is 1/16").doesNotContain("Without --fingerprint");
            assertThat(pages).isExhausted();

            start(registry);
            start(alice).awaitWayTo("2001:db8:42::1");
            for (Documents.Block block : Documents.story("manual-questions")) {
                assertThat(alice.type(block)).contains("0/16", "everything is fine");
            }
            registry.replace("5/16", "1/16");
            String rest = registry.type(joining.subList(1, joining.size()));
            assertThat(rest).contains("alice@example.com", "admin@example.com", "revoked");
        }
    }

    private static Terminal open(Lab lab, String host) {
        Terminal terminal = Terminal.open(lab.host(host));
        terminal.type(NAMES);
        return terminal;
    }

    /** Starts a node. */
    private static Terminal.Running start(Terminal terminal) {
        terminal.replace("203.0.113.7", terminal.host().ip4());
        List<Documents.Block> story = Documents.story("manual-node");
        assertThat(story).hasSize(1);
        return terminal.leaveRunning(story.get(0));
    }

    /** The first one in what a command wrote. */
    static String fingerprint(String text) {
        return found(FINGERPRINT, text);
    }

    static String token(String text) {
        return found(TOKEN, text);
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(pattern + " in: " + text).isTrue();
        return matcher.group(1);
    }
}
