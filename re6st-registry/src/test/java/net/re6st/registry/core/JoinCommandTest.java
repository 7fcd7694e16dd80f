package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import net.re6st.net.Bytes;
import org.junit.jupiter.api.Test;

/** The command that people copy into a shell, whatever is in it. */
class JoinCommandTest {
    private final JoinCommand join = new JoinCommand("http://re6st.example.com/", Bytes.copyOf((byte) 1, (byte) 0xab));

    @Test
    void namesRegistryAndFingerprint() {
        assertThat(join.text()).isEqualTo("re6st-conf --registry http://re6st.example.com/ --fingerprint sha256:01ab");
        assertThat(join.text("a@example.com", "abcdefgh"))
                .isEqualTo(join.text() + " --email a@example.com --token abcdefgh");
        assertThat(new JoinCommand("http://[2001:db8::1]:8080/", Bytes.EMPTY).text())
                .contains("--registry http://[2001:db8::1]:8080/ ");
    }

    @Test
    void quotesWhatAShellWouldRead() {
        assertThat(join.text("a'b@example.com", "$(reboot); x"))
                .endsWith(" --email 'a'\\''b@example.com' --token '$(reboot); x'");
        assertThat(join.text("", "")).endsWith(" --email '' --token ''");
    }
}
