package net.re6st.node.command;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.re6st.net.Ip6;
import org.jspecify.annotations.Nullable;

/**
 * What {@code ping} of iputils printed: who answered, in what way, and how fast. Pure.
 *
 * @param from null: nobody answered
 * @param millis the fastest answer of the target; NaN if it did not answer
 */
record PingOutput(Kind kind, @Nullable Ip6 from, double millis) {
    private static final Pattern ANSWER =
            Pattern.compile("^\\d+ bytes from (\\S+?)(?:%\\S+)?: .*time=([0-9.]+) ms", Pattern.MULTILINE);
    private static final Pattern ERROR =
            Pattern.compile("^From (\\S+?)(?:%\\S+)? icmp_seq=\\d+ (.*)$", Pattern.MULTILINE);

    /** What came back. */
    enum Kind {
        ANSWER,
        /** The packet's hop limit was over where it came to. */
        EXCEEDED,
        /** Somebody knows that it can't get there. */
        UNREACHABLE,
        TOO_BIG,
        SILENCE
    }

    static PingOutput parse(String output) {
        Ip6 from = null;
        double best = Double.NaN;
        Matcher answer = ANSWER.matcher(output);
        while (answer.find()) {
            from = Ip6.parse(answer.group(1)).orElse(from);
            double millis = Double.parseDouble(answer.group(2));
            best = Double.isNaN(best) ? millis : Math.min(best, millis);
        }
        if (from != null) {
            return new PingOutput(Kind.ANSWER, from, best);
        }
        Matcher error = ERROR.matcher(output);
        if (error.find()) {
            Optional<Ip6> sender = Ip6.parse(error.group(1));
            if (sender.isPresent()) {
                return new PingOutput(kind(error.group(2)), sender.get(), Double.NaN);
            }
        }
        boolean tooBig = output.contains("message too long") || output.contains("Message too long");
        return new PingOutput(tooBig ? Kind.TOO_BIG : Kind.SILENCE, null, Double.NaN);
    }

    private static Kind kind(String error) {
        if (error.startsWith("Time exceeded")) {
            return Kind.EXCEEDED;
        }
        return error.startsWith("Packet too big") ? Kind.TOO_BIG : Kind.UNREACHABLE;
    }
}
