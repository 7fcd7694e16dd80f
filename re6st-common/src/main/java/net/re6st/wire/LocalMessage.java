package net.re6st.wire;

import java.util.Optional;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;

/**
 * A datagram between a node and the registry on its machine: about which node, and what. Both directions have the same form.
 *
 * <pre>
 * +---------------------+-----+------+---------+
 * | prefix ('0' or '1') | NUL | code | payload |
 * +---------------------+-----+------+---------+
 * </pre>
 */
public record LocalMessage(Prefix node, PeerMessage message) {
    /** Reads a datagram; empty if it is not of that form, names no prefix, or has the bit of relayed messages set. */
    public static Optional<LocalMessage> decode(Bytes datagram) {
        int end = datagram.indexOf(0);
        if (end < 1 || end > 128) {
            return Optional.empty();
        }
        Optional<Prefix> node = Prefix.parseBits(datagram.slice(0, end).toLatin1());
        Optional<PeerMessage> message = PeerMessage.decode(datagram.from(end + 1));
        return node.isEmpty() || message.isEmpty() || message.get().relayed()
                ? Optional.empty()
                : Optional.of(new LocalMessage(node.get(), message.get()));
    }

    public Bytes encode() {
        return Bytes.ofLatin1(node.bits() + '\0').plus(message.encode());
    }
}
