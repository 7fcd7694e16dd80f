package net.re6st.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.re6st.net.Bytes;
import net.re6st.net.TunnelAddress;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class PortTryTest {
    private static final TunnelAddress ADDRESS =
            TunnelAddress.parse("203.0.113.3,1194,udp").orElseThrow();

    @Test
    void aQuestionIsTheAddress() {
        Bytes bytes = PortTry.question(ADDRESS.withCountry("FR")).encode();
        assertThat(bytes.toLatin1()).isEqualTo("203.0.113.3,1194,udp");
        assertThat(PortTry.decode(bytes)).contains(new PortTry(ADDRESS, null, 0));
    }

    @Test
    void anAnswerHasAnOutcomeAndATime() {
        for (TryOutcome outcome : TryOutcome.values()) {
            PortTry answer = PortTry.question(ADDRESS).answer(outcome, 42);
            assertThat(answer.encode().toLatin1()).isEqualTo("203.0.113.3,1194,udp " + outcome.text() + " 42");
            assertThat(PortTry.decode(answer.encode())).contains(answer);
        }
        assertThat(PortTry.question(ADDRESS)
                        .answer(TryOutcome.SILENT, 1_000_000)
                        .millis())
                .isEqualTo(60_000);
    }

    @Test
    void anythingElseIsNotValid() {
        for (String text : new String[] {
            "",
            " ",
            "203.0.113.3",
            "203.0.113.3,1194",
            "203.0.113.3,1194,sctp",
            "203.0.113.3,0,udp",
            "203.0.113.3,01194,udp",
            "203.0.113.3,65536,udp",
            "203.0.113.3,+1194,udp",
            "203.0.113.3,1194,udp,FR",
            "203.0.113.3,1194,udp;203.0.113.4,1194,udp",
            " 203.0.113.3,1194,udp",
            "203.0.113.3,1194,udp ",
            "203.0.113.3,1194,udp\n",
            "203.0.113.3,1194,udp reached",
            "203.0.113.3,1194,udp reached ",
            "203.0.113.3,1194,udp reached -1",
            "203.0.113.3,1194,udp reached 01",
            "203.0.113.3,1194,udp reached 60001",
            "203.0.113.3,1194,udp reached 1e3",
            "203.0.113.3,1194,udp REACHED 1",
            "203.0.113.3,1194,udp gone 1",
            "203.0.113.3,1194,udp reached 1 2",
            "h\u00f6st,1194,udp",
            "ho st,1194,udp",
            "a".repeat(254) + ",1194,udp"
        }) {
            assertThat(PortTry.decode(Bytes.ofLatin1(text))).as(text).isEmpty();
        }
    }

    @Test
    void whateverComesIsDecodedOrNot() {
        Seeds.forEach(2000, (seed, random) -> {
            byte[] bytes = new byte[random.nextInt(400)];
            random.nextBytes(bytes);
            PortTry.decode(Bytes.copyOf(bytes));
            byte[] changed = "203.0.113.3,1194,udp reached 42".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            PortTry.decode(Bytes.copyOf(changed))
                    .ifPresent(read -> assertThat(read.encode()).isEqualTo(Bytes.copyOf(changed)));
        });
    }

    @Test
    void timesAreLimited() {
        assertThatThrownBy(() -> new PortTry(ADDRESS, TryOutcome.REACHED, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1 ms");
    }
}
