package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Iterator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.re6st.testing.Documents;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** docs/tutorial.rst, typed word for word: h1 is A, h2 is B. */
@ExtendWith(KeepLogs.class)
final class TutorialIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern FINGERPRINT = Pattern.compile("sha256:([0-9a-f]{64})");
    private static final Pattern TOKEN = Pattern.compile("(?m)^([a-z]{8})$");

    @Test
    @EnabledIfSystemProperty(named = "re6st.all", matches = "true")
    void twoMachinesReachEachOther() {
        try (Lab lab = Lab.create()) {
            Terminal a = Terminal.open(lab.host("h1"));
            Terminal b = Terminal.open(lab.host("h2"));
            Iterator<Documents.Block> story = Documents.story("tutorial").iterator();
            b.replace("HEX", found(FINGERPRINT, a.type(story.next())));
            Terminal.Running registry = a.leaveRunning(story.next());
            Await.until(
                    "the registry answers",
                    LIMIT,
                    () -> a.host()
                            .command("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/80")
                            .run()
                            .ok(),
                    registry::shown);
            Documents.Block tokenAndCertificate = story.next();
            a.type(tokenAndCertificate.lines().subList(0, 1));
            a.replace("TOKEN", found(TOKEN, a.type(tokenAndCertificate.lines().subList(1, 2))));
            assertThat(a.type(tokenAndCertificate.lines().subList(2, 3))).contains("2001:db8:42::/64");
            Terminal.Running first = a.leaveRunning(story.next());
            b.replace("TOKEN", found(TOKEN, a.type(story.next())));
            Terminal.Running second = b.leaveRunning(story.next());
            Await.until(
                    "B reaches A",
                    LIMIT,
                    () -> b.host()
                            .command("ping", "-c", "1", "-W", "1", "2001:db8:42::1")
                            .run()
                            .ok(),
                    () -> first.shown() + second.shown());
            assertThat(b.type(story.next())).contains("1/16", "3 received");
            assertThat(a.type(story.next())).contains("0/16", "1/16", "bob@example.com");
            assertThat(story).isExhausted();
            Documents.story("moving").forEach(a::type);
            Documents.story("backup").forEach(a::type);
        }
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(pattern + " in: " + text).isTrue();
        return matcher.group(1);
    }
}
