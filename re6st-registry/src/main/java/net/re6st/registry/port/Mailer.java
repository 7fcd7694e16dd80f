package net.re6st.registry.port;

/** Delivers mail. Blocks until it is handed over; never called in a transaction. */
public interface Mailer {
    /** Whether the mail was handed over; the reason of a failure is logged. */
    boolean send(Mail mail);

    /** A message in plain text. */
    record Mail(String from, String to, String subject, String text) {}
}
