package net.re6st.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class SuddenFailuresTest {
    @Test
    void graphsFollowTheRule() {
        Seeds.forEach(5, (seed, random) -> {
            Graph graph = Graph.drawn(new Graph.Rule(60, 6, 5), random);
            int ends = 0;
            for (int node = 0; node < graph.size(); node++) {
                int[] neighbours = graph.neighbours(node);
                assertThat(Arrays.stream(neighbours).distinct().count()).isEqualTo(neighbours.length);
                assertThat(neighbours).doesNotContain(node);
                if (node >= 54) {
                    assertThat(neighbours).hasSize(2);
                } else {
                    assertThat(neighbours.length).isGreaterThanOrEqualTo(5);
                }
                ends += neighbours.length;
            }
            assertThat(ends).isEqualTo(2 * (54 * 5 + 6 * 2));
        });
    }

    @Test
    void whatIsComputedIsWhatIsTried() {
        Graph graph = Graph.drawn(new Graph.Rule(80, 8, 4), new SplittableRandom(1));
        SuddenFailures failures = new SuddenFailures(graph);
        for (int failed : new int[] {8, 16, 24}) {
            SuddenFailures.Result result = failures.result(failed, new SplittableRandom(failed));
            assertThat(result.draws()).isGreaterThan(1000);
            assertThat(result.parted()).isPositive();
            double sigma = Math.sqrt(result.estimate() / result.draws());
            assertThat(result.partedShare()).isCloseTo(result.estimate(), within(4 * sigma + 0.02));
        }
    }

    @Test
    void twoOfThreeAreAloneWhenTheMiddleOneIsGone() {
        Graph path = Graph.drawn(new Graph.Rule(3, 0, 1), new SplittableRandom(4));
        SuddenFailures failures = new SuddenFailures(path);
        int links = Arrays.stream(new int[] {0, 1, 2})
                        .map(i -> path.neighbours(i).length)
                        .sum()
                / 2;
        // Of two links and three nodes, one node in three holds the others together; then two are left alone.
        double alone = links == 2 ? 2.0 / 3 : 0;
        assertThat(failures.expectedSmallParts(1)).isCloseTo(alone, within(1e-9));
        assertThat(failures.expectedSmallParts(0)).isZero();
    }
}
