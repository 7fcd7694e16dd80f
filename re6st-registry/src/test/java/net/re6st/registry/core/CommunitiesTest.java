package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.random.RandomGenerator;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class CommunitiesTest {
    private static final String[] WORDS = {"0", "1", "00", "01", "10", "110", "*", "FR", "@EU", "#", "", " ", "\t", "2"
    };

    @Test
    void refusesOrUnderstandsWhateverAFileHolds() {
        Seeds.forEach(10_000, (seed, random) -> {
            Communities.Reading reading = Communities.read(text(random).lines().toList(), 80);
            assertThat(reading.error().isEmpty())
                    .isEqualTo(reading.communities().isPresent());
            assertThat(reading.error()).hasSizeLessThan(300).doesNotContain("\n");
        });
    }

    @Test
    void understandsSomeOfThem() {
        assertThat(Communities.read(List.of("# ours", "0 FR @EU", "10 *"), 80).communities())
                .isPresent();
    }

    private static String text(RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        int words = random.nextInt(20);
        for (int i = 0; i < words; i++) {
            if (random.nextInt(8) == 0) {
                text.append((char) random.nextInt(0x3000));
            } else {
                text.append(WORDS[random.nextInt(WORDS.length)]);
            }
            text.append(random.nextInt(3) == 0 ? '\n' : ' ');
        }
        return text.toString();
    }
}
