package net.re6st.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** An SMTP server on port 25 of a host's loopback interface: aiosmtpd, which keeps what it gets in a folder. */
final class MailServer {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern TOKEN = Pattern.compile("(?m)^([a-z]{8})\\r?$");

    private final Path box;
    private final Task task;
    private final Set<Path> seen = new HashSet<>();

    private MailServer(Path box, Task task) {
        this.box = box;
        this.task = task;
    }

    static MailServer start(Host host) {
        Requirements.check(Map.of("aiosmtpd", "python3-aiosmtpd"));
        Path box = host.directory().resolve("mail");
        List<String> words =
                List.of("aiosmtpd", "-n", "-l", "127.0.0.1:25", "-c", "aiosmtpd.handlers.Mailbox", box.toString());
        MailServer server = new MailServer(box, host.start("aiosmtpd", host.directory(), Map.of(), words));
        Await.until(
                "a mail server",
                LIMIT,
                () -> host.command("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/25; head -1 <&3")
                        .run()
                        .ok(),
                server.task::output);
        return server;
    }

    /** The next mail, which must be to that address, and the token in it. */
    String tokenFor(String address) {
        String mail = Await.found("a mail to " + address, LIMIT, this::next, task::output);
        Matcher token = TOKEN.matcher(mail);
        if (!mail.contains("To: " + address) || !token.find()) {
            throw new LabException("not a mail with a token to " + address + ": " + mail);
        }
        return token.group(1);
    }

    private Optional<String> next() {
        Path arrived = box.resolve("new");
        if (!Files.isDirectory(arrived)) {
            return Optional.empty();
        }
        try (Stream<Path> mails = Files.list(arrived)) {
            Optional<Path> mail = mails.filter(seen::add).findFirst();
            return mail.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Files.readString(mail.get(), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new LabException("cannot read " + arrived, e);
        }
    }
}
