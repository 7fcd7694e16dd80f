package net.re6st.wire;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.re6st.net.Bytes;
import net.re6st.net.TunnelAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a message of kind {@link PeerMessage.Kind#TRY} says: a node asks a peer to try an address of its own, and the peer
 * tells how that went. An original node knows no such message, and answers with an empty one.
 *
 * <pre>
 * question:  HOST,PORT,PROTOCOL
 * answer:    HOST,PORT,PROTOCOL OUTCOME MILLIS
 *
 * HOST: an IP address or a name   PORT: 1..65535, no leading zero   PROTOCOL: udp, tcp, udp6, tcp6
 * OUTCOME: see TryOutcome         MILLIS: how long that took, 0..60000
 * </pre>
 *
 * <p>ASCII, single spaces, nothing before or after.
 *
 * @param outcome null: a question
 */
public record PortTry(TunnelAddress address, @Nullable TryOutcome outcome, int millis) {
    public static final int MAX_MILLIS = 60_000;
    private static final int MAX_LENGTH = 320;
    private static final Pattern TEXT = Pattern.compile(
            "([0-9A-Za-z._:-]{1,253}),([1-9][0-9]{0,4}),(udp6?|tcp6?)(?: ([a-z]{1,16}) (0|[1-9][0-9]{0,4}))?");

    public PortTry {
        if (millis < 0 || millis > MAX_MILLIS) {
            throw new IllegalArgumentException(millis + " ms outside 0.." + MAX_MILLIS);
        }
    }

    public static PortTry question(TunnelAddress address) {
        return new PortTry(address.withoutCountry(), null, 0);
    }

    public PortTry answer(TryOutcome how, long millisTaken) {
        return new PortTry(address, how, (int) Math.max(0, Math.min(MAX_MILLIS, millisTaken)));
    }

    /** Empty if it is neither a question nor an answer. */
    public static Optional<PortTry> decode(Bytes payload) {
        if (payload.size() > MAX_LENGTH) {
            return Optional.empty();
        }
        Matcher parts = TEXT.matcher(payload.toLatin1());
        if (!parts.matches()) {
            return Optional.empty();
        }
        TunnelAddress address = TunnelAddress.parse(parts.group(1) + "," + parts.group(2) + "," + parts.group(3))
                .filter(read -> read.port().isPresent())
                .orElse(null);
        if (address == null) {
            return Optional.empty();
        }
        if (parts.group(4) == null) {
            return Optional.of(question(address));
        }
        int millis = Integer.parseInt(parts.group(5));
        return millis > MAX_MILLIS
                ? Optional.empty()
                : TryOutcome.parse(parts.group(4)).map(outcome -> new PortTry(address, outcome, millis));
    }

    public Bytes encode() {
        return Bytes.ofLatin1(outcome == null ? address.toString() : address + " " + outcome.text() + " " + millis);
    }
}
