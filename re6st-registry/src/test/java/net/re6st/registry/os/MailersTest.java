package net.re6st.registry.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import net.re6st.cli.Password;
import net.re6st.registry.port.Mailer;
import net.re6st.registry.port.Mailer.Mail;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both ways in which a token leaves the registry by mail. */
@Timeout(60)
class MailersTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    private static final Mail MAIL = new Mail(
            "ca@example.com",
            "joe@example.com",
            "[re6stnet] Token Request",
            "Hello,\n\nabcdefgh\n\nFrom here on it is yours.\n.\nÉté\n");

    @TempDir
    private Path directory;

    @Test
    void appendsToAnMboxThatOnlyItsOwnerReads() throws IOException {
        Path file = directory.resolve("mbox");
        Mailer mailer = new MboxMailer(file, CLOCK);
        assertThat(mailer.send(MAIL)).isTrue();
        assertThat(mailer.send(MAIL)).isTrue();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        assertThat(lines)
                .filteredOn(line -> line.startsWith("From "))
                .as("one line of this form per mail: others in its text are quoted")
                .containsExactly(
                        "From ca@example.com Fri Jan 02 03:04:05 2026", "From ca@example.com Fri Jan 02 03:04:05 2026");
        assertThat(lines)
                .contains(
                        "To: joe@example.com",
                        "From: ca@example.com",
                        "Subject: [re6stnet] Token Request",
                        "Date: Fri, 2 Jan 2026 03:04:05 GMT",
                        "abcdefgh")
                .anyMatch(line -> line.startsWith(">From here"));
    }

    @Test
    void keepsTheModeOfAnMboxThatExists() throws IOException {
        Path file = directory.resolve("mbox");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
        assertThat(new MboxMailer(file, CLOCK).send(MAIL)).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void saysThatAnMboxCannotBeWritten() {
        assertThat(new MboxMailer(directory.resolve("missing/mbox"), CLOCK).send(MAIL))
                .isFalse();
    }

    @Test
    void handsAMailToAnSmtpServer() throws IOException {
        try (SmallSmtpServer server = SmallSmtpServer.start(250)) {
            assertThat(smtp(server, Optional.empty(), false).send(MAIL)).isTrue();
            assertThat(server.commands())
                    .contains("MAIL FROM:<ca@example.com>", "RCPT TO:<joe@example.com>")
                    .noneMatch(command -> command.startsWith("AUTH"));
            assertThat(server.mail())
                    .contains("To: joe@example.com", "Subject: [re6stnet] Token Request", "abcdefgh")
                    .as("a line that is a dot does not end the mail")
                    .contains("..");
        }
    }

    @Test
    void logsInWhereAUserIsGiven() throws IOException {
        try (SmallSmtpServer server = SmallSmtpServer.start(250)) {
            assertThat(smtp(server, Optional.of("joe"), false).send(MAIL)).isTrue();
            assertThat(server.commands())
                    .filteredOn(command -> command.startsWith("AUTH PLAIN "))
                    .singleElement()
                    .satisfies(command ->
                            assertThat(decoded(command.substring(11))).endsWith("\0joe\0secret"));
        }
    }

    @Test
    void sendsNothingInClearWhereStartTlsIsWanted() throws IOException {
        try (SmallSmtpServer server = SmallSmtpServer.start(250)) {
            assertThat(smtp(server, Optional.of("joe"), true).send(MAIL)).isFalse();
            assertThat(server.commands())
                    .isNotEmpty()
                    .noneMatch(command -> command.startsWith("AUTH") || command.startsWith("MAIL"));
        }
    }

    @Test
    void saysThatAServerRefusedTheMail() throws IOException {
        try (SmallSmtpServer server = SmallSmtpServer.start(550)) {
            assertThat(smtp(server, Optional.empty(), false).send(MAIL)).isFalse();
        }
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
    }

    private static Mailer smtp(SmallSmtpServer server, Optional<String> user, boolean startTls) {
        Optional<Password> password = user.map(name -> new Password("secret"));
        return new SmtpMailer(new SmtpMailer.Relay("127.0.0.1", server.port(), user, password, startTls), CLOCK);
    }
}
