package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouterAdvertisementsTest {
    @TempDir
    Path interfaces;

    @Test
    void whatAcceptsThemGoesOnToDoSo() throws IOException {
        set("all", 1, 0);
        set("default", 1, 0);
        set("lo", 1, 0);
        set("re6stnet-tcp", 1, 0);
        set("eth1", 1, 0);
        set("eth0", 1, 0);
        set("managed0", 0, 0);
        set("kept0", 2, 0);
        set("router0", 1, 1);
        assertThat(RouterAdvertisements.accepted(interfaces, false)).hasToString("[eth0, eth1]");
        assertThat(RouterAdvertisements.accepted(interfaces, true)).hasToString("[eth0, eth1, router0]");
        assertThat(RouterAdvertisements.accepted(interfaces.resolve("none"), false))
                .isEmpty();
    }

    @Test
    void itIsSetAndPutBack() throws IOException {
        set("eth0", 1, 0);
        RouterAdvertisements one =
                RouterAdvertisements.accepted(interfaces, false).get(0);
        Path file = interfaces.resolve("eth0/accept_ra");
        one.keep();
        assertThat(Files.readString(file).strip()).isEqualTo("2");
        one.restore();
        assertThat(Files.readString(file).strip()).isEqualTo("1");
    }

    @Test
    void theCommandForALaterDaemonIsRecognisedAndNothingElseIs() throws IOException {
        set("eth0.5", 1, 0);
        List<String> undoing =
                RouterAdvertisements.accepted(interfaces, false).get(0).undoing();
        assertThat(undoing).containsExactly("sysctl", "-qw", "net/ipv6/conf/eth0.5/accept_ra=1");
        RunState state = new RunState("us", true, List.of(undoing, List.of("ip", "link")), List.of(), List.of());
        assertThat(RunState.read(state.text()).undo()).containsExactly(undoing, List.of("ip", "link"));
        for (String other : List.of(
                "kernel/panic=1",
                "net/ipv6/conf/eth0/accept_ra=2",
                "net/ipv6/conf/../accept_ra/accept_ra=1",
                "net/ipv6/conf/eth0/accept_ra=1 kernel/panic=1")) {
            assertThat(RouterAdvertisements.isUndoing(List.of("sysctl", "-qw", other)))
                    .as(other)
                    .isFalse();
        }
        assertThat(RouterAdvertisements.isUndoing(List.of("sysctl", "-p", "net/ipv6/conf/eth0/accept_ra=1")))
                .isFalse();
    }

    private void set(String iface, int acceptRa, int forwarding) throws IOException {
        Path folder = Files.createDirectories(interfaces.resolve(iface));
        Files.writeString(folder.resolve("accept_ra"), acceptRa + "\n");
        Files.writeString(folder.resolve("forwarding"), forwarding + "\n");
    }
}
