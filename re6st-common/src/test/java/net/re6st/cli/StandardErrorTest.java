package net.re6st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StandardErrorTest {
    @Test
    void theJournalGetsThePriorityOfEachLine() {
        assertThat(StandardError.marked("one\n\ttwo\n", StandardError.ERROR, true))
                .isEqualTo("<3>one\n<3>\ttwo\n");
        assertThat(StandardError.marked("one", StandardError.WARNING, true)).isEqualTo("<4>one");
    }

    @Test
    void othersGetTheTextAsItIs() {
        assertThat(StandardError.marked("one\ntwo\n", StandardError.ERROR, false))
                .isEqualTo("one\ntwo\n");
    }
}
