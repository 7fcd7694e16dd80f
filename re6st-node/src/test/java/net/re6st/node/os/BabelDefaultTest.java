package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.re6st.config.NetworkParameters;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

final class BabelDefaultTest {
    @Test
    void usesWhatEveryRegistryPublishes() {
        String usual = NetworkParameters.DEFAULT_BABEL;
        assertThat(BabelDefault.parse(usual)).isEqualTo(new BabelDefault(usual, List.of()));
    }

    @Test
    void usesOtherKnownOptions() {
        assertThat(usable(" rxcost  120\trtt-min 1.5 link-quality auto "))
                .isEqualTo("rxcost 120 rtt-min 1.5 link-quality auto");
        assertThat(usable("")).isEmpty();
    }

    @Test
    void leavesOutWhatBabeldRefusesAndKeepsTheRest() {
        BabelDefault options = BabelDefault.parse("banana 5 rtt-max 500 rxcost 0 rtt-decay 257 max-rtt-penalty");
        assertThat(options.usable()).isEqualTo("rtt-max 500");
        assertThat(options.refused()).containsExactly("banana 5", "rxcost 0", "rtt-decay 257", "max-rtt-penalty");
    }

    @Test
    void leavesOutWhatIsDecidedElsewhere() {
        assertThat(usable("type wired key other accept-bad-signatures true hello-interval 1 update-interval 1"))
                .isEmpty();
    }

    @Test
    void isNoWayToSayAnythingElseToBabeld() {
        assertThat(usable("rxcost 5\nflush interface re6stnet1")).isEqualTo("rxcost 5");
        assertThat(usable("rxcost \"5\" rxcost 5# rtt-max 1\\2")).isEmpty();
        assertThat(BabelDefault.parse("\u0000\u00e9 " + "x".repeat(100)).refused())
                .containsExactly("?? " + "x".repeat(37) + "...");
    }

    @Test
    void neverFailsOnJunk() {
        Seeds.forEach(200, (seed, random) -> {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(2000);
            for (int i = 0; i < length; i++) {
                text.append((char) random.nextInt(random.nextBoolean() ? 128 : 0x10000));
            }
            assertThat(usable(text.toString())).matches("([a-z0-9-]+ [a-z0-9.]+ ?)*");
        });
    }

    private static String usable(String text) {
        return BabelDefault.parse(text).usable();
    }
}
