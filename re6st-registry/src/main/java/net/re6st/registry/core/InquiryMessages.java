package net.re6st.registry.core;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.port.Inquiry;
import net.re6st.wire.LocalMessage;
import net.re6st.wire.PeerMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The datagrams between the registry and the node on its machine: which are sent, and which answers count. */
public final class InquiryMessages {
    private static final Logger LOG = LoggerFactory.getLogger(InquiryMessages.class);

    private InquiryMessages() {}

    /** Tells the registry's node to fetch the parameters. */
    public static Bytes newVersion(Prefix registryNode) {
        return new LocalMessage(registryNode, PeerMessage.of(PeerMessage.Kind.VERSION)).encode();
    }

    /** What is sent about a node, in this order. */
    public static List<Bytes> questions(Inquiry inquiry, Prefix node) {
        return Stream.concat(inquiry.aside().stream(), Stream.of(inquiry.kind()))
                .map(kind -> new LocalMessage(node, PeerMessage.of(kind)).encode())
                .toList();
    }

    /** Gives an inquiry the answer that came; anything else is dropped. */
    public static void take(Inquiry inquiry, Bytes datagram) {
        Optional<LocalMessage> answer = LocalMessage.decode(datagram);
        Optional<PeerMessage.Kind> kind =
                answer.flatMap(message -> message.message().kind());
        if (kind.isEmpty()) {
            LOG.info("unexpected datagram of {} bytes from the registry's node", datagram.size());
        } else if (kind.get() == inquiry.kind()) {
            inquiry.onAnswer(answer.get().node(), answer.get().message().payload());
        } else if (kind.equals(inquiry.aside())) {
            inquiry.onAside(answer.get().node(), answer.get().message().payload());
        } else {
            LOG.info("unexpected answer {} from the registry's node", kind.get());
        }
    }
}
