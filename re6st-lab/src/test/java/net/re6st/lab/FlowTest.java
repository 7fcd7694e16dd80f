package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FlowTest {
    private final Flow flow = new Flow();

    @Test
    void countsWhatDidNotArriveAndTheLongestGap() {
        for (int i = 0; i < 10; i++) {
            flow.send(i * 100L);
        }
        for (int arrived : new int[] {0, 1, 4, 6, 7, 8, 9}) {
            flow.arrive(arrived, 2000);
        }
        assertThat(flow.between(0, 5000)).isEqualTo(new Flow.Loss(10, 3, 200, 200));
    }

    @Test
    void leavesOutLossesThatAreExcused() {
        for (int i = 0; i < 10; i++) {
            flow.send(i * 100L);
        }
        flow.arrive(0, 2000);
        flow.arrive(4, 2000);
        flow.arrive(9, 2000);
        assertThat(flow.between(0, 5000, nanos -> nanos >= 300 && nanos < 700))
                .isEqualTo(new Flow.Loss(7, 4, 300, 100));
    }

    @Test
    void looksOnlyAtTheTimeAskedFor() {
        for (int i = 0; i < 10; i++) {
            flow.send(i * 100L);
        }
        assertThat(flow.between(300, 600)).isEqualTo(new Flow.Loss(3, 3, 300, 300));
    }

    @Test
    void aGapThatHasNotEndedCounts() {
        flow.send(0);
        flow.arrive(0, 10);
        flow.send(100);
        flow.send(200);
        assertThat(flow.between(0, 900)).isEqualTo(new Flow.Loss(3, 2, 800, 100));
    }

    @Test
    void isAliveOnlyByDatagramsSentSinceThen() {
        flow.send(100);
        flow.arrive(0, 500);
        assertThat(flow.isAliveSince(100)).isTrue();
        assertThat(flow.isAliveSince(101)).isFalse();
    }

    @Test
    void isSteadySinceTheLastThatWasLost() {
        for (int i = 0; i < 10; i++) {
            flow.send(i * 100L);
        }
        for (int arrived : new int[] {0, 1, 2, 4, 6, 7}) {
            flow.arrive(arrived, 2000);
        }
        assertThat(flow.steadySince(0, 800, nanos -> false)).isEqualTo(500);
        assertThat(flow.steadySince(600, 800, nanos -> false)).isEqualTo(600);
        assertThat(flow.steadySince(0, 501, nanos -> false)).isEqualTo(500);
        assertThat(flow.steadySince(0, 500, nanos -> false)).isEqualTo(300);
        assertThat(flow.steadySince(0, 800, nanos -> nanos == 500)).isEqualTo(300);
    }

    @Test
    void sequenceNumbersNeverSentAreIgnored() {
        flow.send(0);
        flow.arrive(1, 10);
        flow.arrive(-1, 10);
        assertThat(flow.hasArrived()).isFalse();
    }

    @Test
    void stopsAtItsLimit() {
        for (int i = 0; i < Flow.MAX_DATAGRAMS; i++) {
            assertThat(flow.send(i)).isEqualTo(i);
        }
        assertThat(flow.send(0)).isEqualTo(-1);
    }
}
