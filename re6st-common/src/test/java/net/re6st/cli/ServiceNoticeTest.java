package net.re6st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceNoticeTest {
    @Test
    void beatsThreeTimesInTheTimeItIsGiven() {
        assertThat(ServiceNotice.interval("60000000", null)).contains(Duration.ofSeconds(20));
        String self = Long.toString(ProcessHandle.current().pid());
        assertThat(ServiceNotice.interval("60000000", self)).isPresent();
        assertThat(ServiceNotice.interval("60000000", "1")).isEmpty();
        assertThat(ServiceNotice.interval(null, null)).isEmpty();
        assertThat(ServiceNotice.interval("0", null)).isEmpty();
        assertThat(ServiceNotice.interval("x", null)).isEmpty();
    }

    @Test
    void addressesBothKindsOfSockets() {
        boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        byte first = (byte) (little ? 1 : 0);
        byte second = (byte) (little ? 0 : 1);
        assertThat(ServiceNotice.address("/a")).containsExactly(first, second, '/', 'a');
        assertThat(ServiceNotice.address("@a")).containsExactly(first, second, 0, 'a');
    }

    @Test
    void toNobodyIsNoError() {
        new ServiceNotice(Optional.empty()).ready();
        new ServiceNotice(Optional.of("not a path")).ready();
        new ServiceNotice(Optional.of("/nonexistent/re6st-test")).ready();
    }
}
