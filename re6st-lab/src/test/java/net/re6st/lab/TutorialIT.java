package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import net.re6st.testing.Documents;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** docs/tutorial.rst, typed word for word: h1 is A, h2 is B. */
@ExtendWith(KeepLogs.class)
final class TutorialIT {
    @Test
    @EnabledIfSystemProperty(named = "re6st.all", matches = "true")
    void twoMachinesReachEachOther() {
        try (Lab lab = Lab.create()) {
            Terminal a = Terminal.open(lab.host("h1"));
            Terminal b = Terminal.open(lab.host("h2"));
            Iterator<Documents.Block> story = Documents.story("tutorial").iterator();
            b.replace("HEX", ManualPagesIT.fingerprint(a.type(story.next())));
            a.leaveRunning(story.next()).awaitRegistry();
            Documents.Block tokenAndCertificate = story.next();
            a.type(tokenAndCertificate.lines().subList(0, 1));
            a.replace(
                    "TOKEN",
                    ManualPagesIT.token(a.type(tokenAndCertificate.lines().subList(1, 2))));
            assertThat(a.type(tokenAndCertificate.lines().subList(2, 3))).contains("2001:db8:42::/64");
            a.leaveRunning(story.next());
            b.replace("TOKEN", ManualPagesIT.token(a.type(story.next())));
            b.leaveRunning(story.next()).awaitWayTo("2001:db8:42::1");
            assertThat(b.type(story.next())).contains("1/16", "3 received");
            assertThat(a.type(story.next())).contains("0/16", "1/16", "bob@example.com");
            assertThat(story).isExhausted();
            Documents.story("moving").forEach(a::type);
            Documents.story("backup").forEach(a::type);
        }
    }
}
