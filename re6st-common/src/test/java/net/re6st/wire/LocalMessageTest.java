package net.re6st.wire;

import static org.assertj.core.api.Assertions.assertThat;

import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class LocalMessageTest {
    @Test
    void namesTheNodeInFrontOfTheMessage() {
        LocalMessage request =
                new LocalMessage(Prefix.ofBits("0101"), PeerMessage.of(PeerMessage.Kind.LOG, Bytes.ofHex("00ff")));
        assertThat(request.encode().toHex()).isEqualTo("30313031" + "00" + "07" + "00ff");
        assertThat(LocalMessage.decode(request.encode())).contains(request);
    }

    @Test
    void otherDatagramsAreNotValid() {
        for (String hex : new String[] {"", "30", "3000", "0001", "780001", "3031320001", "30" + "00" + "81"}) {
            assertThat(LocalMessage.decode(Bytes.ofHex(hex))).as(hex).isEmpty();
        }
        assertThat(LocalMessage.decode(Bytes.ofLatin1("0".repeat(129) + "\0\1")))
                .isEmpty();
        assertThat(LocalMessage.decode(Bytes.ofLatin1("0".repeat(128) + "\0\1")))
                .isPresent();
    }

    @Test
    void anyDatagramIsReadOrDropped() {
        Seeds.forEach(20_000, (seed, random) -> {
            byte[] datagram = new byte[random.nextInt(200)];
            for (int i = 0; i < datagram.length; i++) {
                datagram[i] = random.nextInt(30) == 0 ? (byte) random.nextInt(256) : (byte) ('0' + random.nextInt(2));
            }
            if (datagram.length > 0) {
                datagram[random.nextInt(datagram.length)] = 0;
            }
            Bytes bytes = Bytes.copyOf(datagram);
            LocalMessage.decode(bytes)
                    .ifPresent(message -> assertThat(message.encode()).isEqualTo(bytes));
        });
    }
}
