package net.re6st.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeMap;
import net.re6st.core.NodeSettings.Family;
import net.re6st.core.NodeSettings.Port;
import net.re6st.net.Moment;
import net.re6st.net.Transport;
import net.re6st.wire.AddressList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --no-private}: private addresses are not told to others, where they come from notwithstanding. */
class PrivateAddressesTest {
    private static final Moment NOW = TestNode.START;
    private static final Port TCP = new Port(1194, Transport.TCP);

    @Test
    void givenOnesAreNotAdvertised() {
        String given = "10.1.2.3,1194,tcp;203.0.113.9,1194,tcp;node.example.com,1194,tcp";
        assertThat(node(given, true).ownAddresses().list().text()).isEqualTo(given);
        assertThat(node(given, false).ownAddresses().list().text())
                .isEqualTo("203.0.113.9,1194,tcp;node.example.com,1194,tcp");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.255.0.1", "172.16.0.1", "172.31.255.254", "192.168.1.1"})
    void thoseThatPeersSeeAreNot(String ip) {
        Node node = node("", false);
        node.ownAddresses().observed(ip, NOW);
        assertThat(node.ownAddresses().list().isEmpty()).isTrue();
        node.ownAddresses().observed("172.32.0.1", NOW);
        node.ownAddresses().observed(ip, NOW);
        assertThat(node.ownAddresses().list().text()).as("a peer of the LAN").isEqualTo("172.32.0.1,1194,tcp");
    }

    @Test
    void norThoseOfARouterThatIsBehindAnother() {
        Node node = node("", false);
        node.ownAddresses().observed("203.0.113.9", NOW);
        node.ownAddresses().mapped(AddressList.parse("192.168.1.1,40000,tcp"), NOW);
        assertThat(node.ownAddresses().list().text()).isEqualTo("203.0.113.9,1194,tcp");
    }

    private static Node node(String given, boolean privateAllowed) {
        TestNode test = new TestNode();
        test.privateAllowed = privateAllowed;
        test.ipv4 = new Family(AddressList.parse(given), true, List.of(TCP));
        Node node = test.create(new RecordedPorts().with(new FakeCryptography()), NOW);
        node.start(new TreeMap<>(), "", NOW);
        return node;
    }
}
