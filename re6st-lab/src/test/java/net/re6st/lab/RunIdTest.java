package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RunIdTest {
    @Test
    void isReadBackFromEveryNameItMakes() {
        RunId own = RunId.own();
        assertThat(RunId.of(own.name())).contains(own);
        assertThat(RunId.of(own.nameOf("h1-nat"))).contains(own);
    }

    @Test
    void ownIsAlive() {
        assertThat(RunId.own().isAlive()).isTrue();
    }

    @Test
    void anEarlierProcessOfTheSameIdIsDead() {
        RunId own = RunId.own();
        assertThat(new RunId(own.pid(), own.startTicks() - 1).isAlive()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "lab",
                "label",
                "lab1",
                "lab-1",
                "lab1-",
                "lab99999999999-1",
                "xlab1-2",
                "lab1-2_h",
                "lab1-ffffffffffffff"
            })
    void namesOfOthersAreLeftAlone(String name) {
        assertThat(RunId.of(name)).isEmpty();
    }
}
