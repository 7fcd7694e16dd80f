package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServiceUnitTest {
    @Test
    void isReadFromTheControlGroup() {
        assertThat(ServiceUnit.of("0::/system.slice/re6stnet.service\n").name()).isEqualTo("re6stnet.service");
        assertThat(ServiceUnit.of("0::/system.slice/system-re6stnet.slice/re6stnet@a.service\n")
                        .name())
                .isEqualTo("re6stnet@a.service");
        assertThat(ServiceUnit.of("12:cpu:/\n1:name=systemd:/system.slice/re6stnet.service\n")
                        .name())
                .isEqualTo("re6stnet.service");
        assertThat(ServiceUnit.of("0::/user.slice/user-0.slice/session-1.scope\n")
                        .name())
                .isEmpty();
        assertThat(ServiceUnit.of("").name()).isEmpty();
    }

    @Test
    void isRestartingOnlyByAJobOfItsOwn() {
        ServiceUnit unit = new ServiceUnit("re6stnet.service");
        assertThat(unit.isRestarting("51 re6stnet.service restart running\n")).isTrue();
        assertThat(unit.isRestarting("9 a.service restart waiting\n 51  re6stnet.service  try-restart running"))
                .isTrue();
        assertThat(unit.isRestarting("51 re6stnet.service stop running\n")).isFalse();
        assertThat(unit.isRestarting("51 other.service restart running\n")).isFalse();
        assertThat(unit.isRestarting("No jobs running.\n")).isFalse();
        assertThat(unit.isRestarting("Failed to connect to bus: No such file or directory"))
                .isFalse();
    }
}
