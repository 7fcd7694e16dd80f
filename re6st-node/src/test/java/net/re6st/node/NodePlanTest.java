package net.re6st.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import net.re6st.cli.Program;
import net.re6st.cli.UsageError;
import net.re6st.config.NetworkParameters;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.core.NodeSettings;
import net.re6st.core.NodeSettings.Mapping;
import net.re6st.core.NodeSettings.RouterUse;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.net.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the core is told of the options; when a router is asked for ports. */
class NodePlanTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                    | IF_ANY",
                "--ip 2001:db8::1                      | IF_ANY",
                "--ip upnp                             | EXPECTED",
                "--ip upnp --ip 2001:db8::1            | EXPECTED",
                "--ip any                              | NEVER",
                "--ip 203.0.113.1                      | NEVER",
                "--ip node.example.com                 | NEVER",
                "--max-clients 0                       | NEVER",
                "--client example.com,1194,tcp         | NEVER",
                "--pp 1194 tcp6                        | NEVER",
                "--pp 1194 tcp6 --pp 1194 tcp          | IF_ANY"
            })
    void theRouterIsAskedWhere(String options, RouterUse use) throws Exception {
        Mapping mapping = plan(options).advertised().mapping();
        assertThat(mapping.use()).isEqualTo(use);
        assertThat(mapping.refresh()).isEqualTo(Mapping.REFRESH);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--ip 203.0.113.1 --ip 2001:db8:9::1 --pp 1194 tcp --pp 1194 tcp6 | ''",
                "--ip node.example.com                                            | ''",
                "--ip any                                                         | ''",
                "--ip 203.0.113.1 --ip 10.1.1.1                                   | ''",
                "--ip 203.0.113.1 --ip 10.1.1.1 --no-private                      | 10.1.1.1",
                "--ip 203.0.113.1 --ip 2001:db8:9::1                              | 2001:db8:9::1",
                "--ip 203.0.113.1 --pp 1194 tcp6                                  | 203.0.113.1",
                "--ip 127.0.0.1                                                   | 127.0.0.1",
                "--ip localhost                                                   | localhost",
                "--ip fe80::1 --pp 1194 tcp6                                      | fe80::1",
                "--ip 2001:db8:42:5::1 --pp 1194 tcp6                             | 2001:db8:42:5::1",
                "--ip 127.0.0.1 --max-clients 0                                   | ''"
            })
    void whatNobodyIsToldIsReported(String options, String ip) throws Exception {
        List<String> remarks = plan(options).remarks();
        if (ip.isEmpty()) {
            assertThat(remarks).isEmpty();
        } else {
            assertThat(remarks).hasSize(1);
            assertThat(remarks.get(0)).startsWith("--ip " + ip + " is told to nobody: ");
        }
    }

    @Test
    void theCoreIsToldWhatTheOptionsSay() throws Exception {
        NodeSettings usual = settings("");
        assertThat(usual.privateAllowed()).isTrue();
        assertThat(usual.preferred()).isEmpty();
        assertThat(usual.role()).isEqualTo(NodeSettings.Role.MESH);
        assertThat(usual.clientCount()).isNull();
        assertThat(usual.maxClients()).isNull();
        assertThat(usual.country()).isNull();
        assertThat(usual.disabled()).containsExactlyInAnyOrder(Transport.UDP, Transport.UDP4, Transport.UDP6);
        assertThat(settings("--no-private").privateAllowed()).isFalse();
        assertThat(settings("--neighbour 5/16 --neighbour 3/8").preferred())
                .containsExactly(
                        Prefix.parseCn("5/16").orElseThrow(),
                        Prefix.parseCn("3/8").orElseThrow());
        assertThat(settings("--client-count 7").clientCount()).isEqualTo(7);
        assertThat(settings("--max-clients 9").maxClients()).isEqualTo(9);
        assertThat(settings("--country JP").country()).isEqualTo("JP");
        assertThat(settings("--country jp").country()).isEqualTo("JP");
        assertThat(settings("--disable-proto none").disabled()).isEmpty();
        assertThat(settings("--client example.com,1194,tcp").role()).isEqualTo(NodeSettings.Role.CLIENT);
    }

    private static NodeSettings settings(String options) throws UsageError {
        return plan(options).settings(ip -> Optional.empty());
    }

    @Test
    void anOptionThatDoesNothingIsReportedWithWhatDoes() throws Exception {
        assertThat(options("").remarks()).isEmpty();
        assertThat(options("--console /run/console.sock --run /run/here").remarks())
                .containsExactly(
                        "--console does nothing here: re6stnet status --run /run/here shows what the node does");
    }

    private static NodeOptions options(String options) throws UsageError {
        List<String> words =
                new ArrayList<>(List.of("--registry", "http://localhost/", "--ca", "ca", "--cert", "cert"));
        words.addAll(List.of("--key", "key"));
        words.addAll(List.of(options.isEmpty() ? new String[0] : options.split(" ")));
        return Program.withOptionFiles("re6stnet", NodeOptions::new).parse(words, Path.of(""));
    }

    private static NodePlan plan(String options) throws UsageError {
        NetworkParameters parameters = NetworkParameters.fromRows(new TreeMap<>())
                .with(Parameter.MAX_CLIENTS, Value.of(10))
                .with(Parameter.CLIENT_COUNT, Value.of(4))
                .with(Parameter.HELLO, Value.of(15));
        Network network = new Network(0x2001_0db8_0042_0000L, 0, 48);
        return new NodePlan(
                options(options), network.subnet(Prefix.parseCn("1/16").orElseThrow()), 1, parameters, true);
    }
}
