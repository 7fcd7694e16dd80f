package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.port.Inquiry;
import net.re6st.wire.PeerMessage;
import org.junit.jupiter.api.Test;

/** Which datagrams go to the node on the registry's machine, and which of those that come are taken. */
class InquiryMessagesTest {
    private static final Prefix OWN = Prefix.parseCn("0/3").orElseThrow();
    private static final Prefix OTHER = Prefix.parseCn("5/3").orElseThrow();
    private static final String NAME = "31303100";

    @Test
    void delaysAreAskedForRightBeforeTunnels() {
        assertThat(hex(TopologyInquiry.withDelays(OWN, 80))).containsExactly(NAME + "11", NAME + "05");
        assertThat(hex(TopologyInquiry.ofTunnels(OWN, 80))).containsExactly(NAME + "05");
        assertThat(hex(new SoftwareInquiry(List.of(OTHER)))).containsExactly(NAME + "04");
    }

    @Test
    void answersGoWhereTheyBelong() {
        Recorded inquiry = new Recorded();
        InquiryMessages.take(inquiry, Bytes.ofHex(NAME + "0561"));
        InquiryMessages.take(inquiry, Bytes.ofHex(NAME + "1162"));
        InquiryMessages.take(inquiry, Bytes.ofHex(NAME + "0463"));
        InquiryMessages.take(inquiry, Bytes.ofHex(NAME + "7f64"));
        InquiryMessages.take(inquiry, Bytes.EMPTY);
        assertThat(inquiry.taken).containsExactly("5/3 a", "5/3 aside b");
    }

    @Test
    void nobodyIsWaitedForWhoTellsNoDelays() {
        TopologyInquiry inquiry = TopologyInquiry.withDelays(OWN, 80);
        assertThat(inquiry.isOpen()).isTrue();
        inquiry.onAside(OWN, Bytes.ofLatin1("5/3 12"));
        assertThat(inquiry.isOpen()).isTrue();
        inquiry.onAnswer(OWN, Bytes.ofLatin1("0 5/3"));
        inquiry.onAnswer(OTHER, Bytes.ofLatin1("1 0/3"));
        assertThat(inquiry.isOpen()).isFalse();
        assertThat(inquiry.delays().keySet()).containsExactly(OWN);
    }

    private static List<String> hex(Inquiry inquiry) {
        return InquiryMessages.questions(inquiry, OTHER).stream()
                .map(Bytes::toHex)
                .toList();
    }

    private static final class Recorded implements Inquiry {
        private final List<String> taken = new ArrayList<>();

        @Override
        public PeerMessage.Kind kind() {
            return PeerMessage.Kind.TOPOLOGY;
        }

        @Override
        public Optional<PeerMessage.Kind> aside() {
            return Optional.of(PeerMessage.Kind.LINKS);
        }

        @Override
        public Optional<Prefix> next() {
            return Optional.empty();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void onAnswer(Prefix sender, Bytes payload) {
            taken.add(sender.cn() + " " + payload.toLatin1());
        }

        @Override
        public void onAside(Prefix sender, Bytes payload) {
            taken.add(sender.cn() + " aside " + payload.toLatin1());
        }
    }
}
