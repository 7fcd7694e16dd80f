package net.re6st.registry.os;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import net.re6st.registry.port.Mailer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Appends mails to an mbox file, which only its owner reads if it did not exist. */
public final class MboxMailer implements Mailer {
    private static final Logger LOG = LoggerFactory.getLogger(MboxMailer.class);
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss yyyy", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final Set<StandardOpenOption> APPENDING =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);

    /** Tokens are in it. */
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path file;
    private final Clock clock;

    public MboxMailer(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
    }

    @Override
    public synchronized boolean send(Mail mail) {
        try (FileChannel channel = FileChannel.open(file, APPENDING, OWNER_ONLY)) {
            FileLock lock = channel.lock();
            try {
                ByteBuffer entry = ByteBuffer.wrap(entry(mail));
                while (entry.hasRemaining()) {
                    channel.write(entry);
                }
                channel.force(true);
            } finally {
                lock.release();
            }
            return true;
        } catch (IOException | MessagingException e) {
            LOG.warn("mail to {} not written to {}: {}", mail.to(), file, e.getMessage());
            return false;
        }
    }

    /** The mail between its "From " line and the empty line that ends it; lines of the mail that look like it are quoted. */
    private byte[] entry(Mail mail) throws MessagingException, IOException {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        SmtpMailer.message(Session.getInstance(new Properties()), mail, clock.instant())
                .writeTo(raw);
        String text = raw.toString(StandardCharsets.UTF_8).replace("\r\n", "\n").replaceAll("(?m)^(>*From )", ">$1");
        String envelope = "From " + mail.from() + " " + DATE.format(clock.instant());
        return (envelope + "\n" + text + "\n\n").getBytes(StandardCharsets.UTF_8);
    }
}
