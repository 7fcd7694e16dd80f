package net.re6st.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.re6st.config.NetworkParameters;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.net.Iface;
import org.junit.jupiter.api.Test;

class OnlyTunnelTest {
    private static final String CUT = "tunnels.close re6stnet1";

    private final TestNode test = new TestNode();
    private long version = 1;

    private Transcript connected() {
        test.role = NodeSettings.Role.CLIENT;
        Transcript t = new Transcript(test);
        t.start();
        t.up(1, 3);
        assertThat(t.last()).contains("routing.addInterface re6stnet1").doesNotContain(CUT);
        return t;
    }

    private NetworkParameters revoked(Integer... serials) {
        version++;
        return test.parameters
                .with(Parameter.VERSION, Value.of(TestNode.version(version)))
                .with(
                        Parameter.CRL,
                        Value.of(Arrays.stream(serials).map(Value::of).toList()));
    }

    @Test
    void isCutWhenTheOtherEndIsRevoked() {
        Transcript t = connected();
        t.parameters(revoked(4));
        assertThat(t.last()).doesNotContain(CUT);
        t.parameters(revoked(4, 3));
        assertThat(t.last()).contains(CUT);
    }

    @Test
    void isCutWhenTheRevokedAnswersAgain() {
        Transcript t = connected();
        t.parameters(revoked(3));
        t.up(1, 3);
        assertThat(t.last()).containsExactly(CUT);
        t.up(1, 4);
        assertThat(t.last()).containsExactly("routing.addInterface re6stnet1");
    }

    @Test
    void isCutForWhoIsThereOnly() {
        Transcript t = connected();
        t.up(1, 4);
        t.parameters(revoked(3));
        assertThat(t.last()).doesNotContain(CUT);
        t.happens("OpenVPN ended", () -> t.node.onServerRestarted(new Iface("re6stnet1"), t.now));
        t.parameters(revoked(3, 4));
        assertThat(t.last()).as("it is being started again").doesNotContain(CUT);
    }
}
