package net.re6st.registry.web;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** How times and numbers are written on pages. */
final class Words {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    private Words() {}

    static String date(long unixSeconds) {
        return DATE.format(Instant.ofEpochSecond(unixSeconds));
    }

    static String time(long unixSeconds) {
        return TIME.format(Instant.ofEpochSecond(unixSeconds)) + " UTC";
    }

    /** {@code in 12 days}, {@code 3 hours ago}. */
    static String relative(long unixSeconds, long nowUnixSeconds) {
        long seconds = unixSeconds - nowUnixSeconds;
        if (Math.abs(seconds) < 2) {
            return "just now";
        }
        String amount = amount(Math.abs(seconds));
        return seconds >= 0 ? "in " + amount : amount + " ago";
    }

    static String amount(long seconds) {
        Duration duration = Duration.ofSeconds(seconds);
        if (duration.toDays() >= 2) {
            return duration.toDays() + " days";
        }
        if (duration.toHours() >= 2) {
            return duration.toHours() + " hours";
        }
        return duration.toMinutes() >= 2 ? duration.toMinutes() + " minutes" : count(seconds, "second");
    }

    /** {@code 1 node}, {@code 2 nodes}. */
    static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** For a value in the query of a link. */
    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
