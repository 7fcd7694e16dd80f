package net.re6st.wire;

import java.util.Arrays;
import java.util.Optional;
import net.re6st.net.Bytes;

/**
 * What one node says to another inside a session: a code byte and a payload.
 *
 * <pre>
 * +-+--------------+----------------------+
 * |R|  code (7)    | payload              |
 * +-+--------------+----------------------+
 * R: relayed for the registry. A request comes without payload, the answer keeps the bit.
 * </pre>
 *
 * <p>The empty message, which only acknowledges, has not even a code: it is no {@code PeerMessage}.
 *
 * @param code 0..127, known or not: see {@link Kind}
 */
public record PeerMessage(int code, boolean relayed, Bytes payload) {
    private static final int RELAYED_BIT = 0x80;

    public PeerMessage {
        if (code < 0 || code >= RELAYED_BIT) {
            throw new IllegalArgumentException("message code " + code + " outside 0..127");
        }
    }

    public static PeerMessage of(Kind kind, Bytes payload) {
        return new PeerMessage(kind.code, false, payload);
    }

    /** A message without payload, which for most kinds is a request. */
    public static PeerMessage of(Kind kind) {
        return of(kind, Bytes.EMPTY);
    }

    /** Reads the message of a session packet; empty for the empty one. */
    public static Optional<PeerMessage> decode(Bytes message) {
        if (message.isEmpty()) {
            return Optional.empty();
        }
        int first = message.unsignedAt(0);
        return Optional.of(new PeerMessage(first & ~RELAYED_BIT, first >= RELAYED_BIT, message.from(1)));
    }

    public Bytes encode() {
        return Bytes.copyOf((byte) (relayed ? code | RELAYED_BIT : code)).plus(payload);
    }

    /** Empty for codes that have no meaning. */
    public Optional<Kind> kind() {
        return Arrays.stream(Kind.values()).filter(kind -> kind.code == code).findFirst();
    }

    /** The same code and bit, as an answer must have them, with another payload. */
    public PeerMessage answer(Bytes answer) {
        return new PeerMessage(code, relayed, answer);
    }

    public PeerMessage withRelayed(boolean bit) {
        return new PeerMessage(code, bit, payload);
    }

    /** What the codes mean. */
    public enum Kind {
        /** A signed network version: newer ones are adopted, older ones answered with ours. */
        VERSION(0),
        /** Empty: asks for the address list. Else: an address list. */
        ADDRESSES(1),
        /** A peer that dialled us wants to drop its tunnel: we move our routes off it. */
        REMOVAL_REQUESTED(2),
        /** The other side has no route left on the tunnel: it can be closed. */
        REMOVAL_READY(3),
        /** Asks for, or is, {@code VERSION, PLATFORM} of the software. */
        SOFTWARE(4),
        /** Asks for, or is, a {@link Topology}; only for the registry and its node. */
        TOPOLOGY(5),
        UNUSED(6),
        /** A text that the registry's node logs. */
        LOG(7),
        /** Asks to try an address of the sender, or tells how that went: see {@link PortTry}. Not known to original nodes. */
        TRY(16),
        /** Asks for, or is, {@link LinkDelays}; only for the registry and its node. Nodes of the original don't know it. */
        LINKS(17);

        private final int code;

        Kind(int code) {
            this.code = code;
        }
    }
}
