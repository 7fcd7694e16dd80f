package net.re6st.registry.os;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Properties;
import net.re6st.cli.Password;
import net.re6st.registry.port.Mailer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands mails to an SMTP server. */
public final class SmtpMailer implements Mailer {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpMailer.class);
    private static final int TIMEOUT_MILLIS = 20_000;

    private final Relay relay;
    private final Clock clock;
    private final Session session;

    /** The mail server and how to log in there. */
    public record Relay(String host, int port, Optional<String> user, Optional<Password> password, boolean startTls) {
        public static final int DEFAULT_PORT = 25;
    }

    public SmtpMailer(Relay relay, Clock clock) {
        this.relay = relay;
        this.clock = clock;
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.host", relay.host());
        properties.setProperty("mail.smtp.port", Integer.toString(relay.port()));
        properties.setProperty("mail.smtp.connectiontimeout", Integer.toString(TIMEOUT_MILLIS));
        properties.setProperty("mail.smtp.timeout", Integer.toString(TIMEOUT_MILLIS));
        properties.setProperty("mail.smtp.writetimeout", Integer.toString(TIMEOUT_MILLIS));
        properties.setProperty("mail.smtp.starttls.enable", Boolean.toString(relay.startTls()));
        properties.setProperty("mail.smtp.starttls.required", Boolean.toString(relay.startTls()));
        properties.setProperty("mail.smtp.auth", Boolean.toString(relay.user().isPresent()));
        session = Session.getInstance(properties);
    }

    static MimeMessage message(Session session, Mail mail, Instant now) throws MessagingException {
        MimeMessage message = new MimeMessage(session);
        message.setFrom(new InternetAddress(mail.from()));
        message.setRecipient(MimeMessage.RecipientType.TO, new InternetAddress(mail.to()));
        message.setSubject(mail.subject(), StandardCharsets.UTF_8.name());
        message.setHeader("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC)));
        message.setText(mail.text(), StandardCharsets.UTF_8.name());
        message.saveChanges();
        return message;
    }

    @Override
    public boolean send(Mail mail) {
        try {
            MimeMessage message = message(session, mail, clock.instant());
            if (relay.user().isPresent()) {
                String password = relay.password().map(Password::text).orElse("");
                Transport.send(message, relay.user().get(), password);
            } else {
                Transport.send(message);
            }
            return true;
        } catch (MessagingException e) {
            LOG.warn("mail to {} not sent by {}: {}", mail.to(), relay.host(), e.getMessage());
            return false;
        }
    }
}
