package net.re6st.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.re6st.net.Bytes;
import org.junit.jupiter.api.Test;

class PeerMessageTest {
    @Test
    void startsWithItsCode() {
        assertThat(PeerMessage.of(PeerMessage.Kind.VERSION, Bytes.ofHex("0abc")).encode())
                .isEqualTo(Bytes.ofHex("00" + "0abc"));
        assertThat(PeerMessage.of(PeerMessage.Kind.ADDRESSES).encode().toHex()).isEqualTo("01");
        assertThat(PeerMessage.of(PeerMessage.Kind.REMOVAL_REQUESTED).encode().toHex())
                .isEqualTo("02");
        assertThat(PeerMessage.of(PeerMessage.Kind.REMOVAL_READY).encode().toHex())
                .isEqualTo("03");
        assertThat(PeerMessage.of(PeerMessage.Kind.SOFTWARE).encode().toHex()).isEqualTo("04");
        assertThat(PeerMessage.of(PeerMessage.Kind.TOPOLOGY).encode().toHex()).isEqualTo("05");
        assertThat(PeerMessage.of(PeerMessage.Kind.LINKS).encode().toHex()).isEqualTo("11");
        assertThat(PeerMessage.of(PeerMessage.Kind.LOG, Bytes.ofLatin1("hi"))
                        .encode()
                        .toHex())
                .isEqualTo("07" + "6869");
    }

    @Test
    void keepsTheBitOfRelayedMessagesApart() {
        PeerMessage message = PeerMessage.decode(Bytes.ofHex("81")).orElseThrow();
        assertThat(message).isEqualTo(new PeerMessage(1, true, Bytes.EMPTY));
        assertThat(message.kind()).contains(PeerMessage.Kind.ADDRESSES);
        assertThat(message.answer(Bytes.ofHex("61")).encode().toHex()).isEqualTo("81" + "61");
        assertThat(message.withRelayed(false).encode().toHex()).isEqualTo("01");
    }

    @Test
    void unknownCodesAreMessagesToo() {
        PeerMessage message = PeerMessage.decode(Bytes.ofHex("fe00")).orElseThrow();
        assertThat(message).isEqualTo(new PeerMessage(126, true, Bytes.ofHex("00")));
        assertThat(message.kind()).isEmpty();
        assertThat(message.encode().toHex()).isEqualTo("fe00");
        assertThat(PeerMessage.decode(Bytes.ofHex("08")).orElseThrow().kind()).isEmpty();
        assertThatThrownBy(() -> new PeerMessage(128, false, Bytes.EMPTY)).hasMessageContaining("128");
    }

    @Test
    void theEmptyMessageIsNone() {
        assertThat(PeerMessage.decode(Bytes.EMPTY)).isEmpty();
    }
}
