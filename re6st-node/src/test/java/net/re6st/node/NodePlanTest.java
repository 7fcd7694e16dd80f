package net.re6st.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import net.re6st.cli.Failure;
import net.re6st.cli.Program;
import net.re6st.cli.UsageError;
import net.re6st.config.NetworkParameters;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.core.NodeSettings.Mapping;
import net.re6st.core.NodeSettings.RouterUse;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a router is asked for ports. */
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
    @ValueSource(strings = {"--ip upnp --ip any", "--ip upnp --ip 203.0.113.1", "--ip example.com --ip upnp"})
    void upnpExcludesOtherValues(String options) {
        assertThatThrownBy(() -> plan(options)).isInstanceOf(Failure.class).hasMessageContaining("--ip upnp");
    }

    private static NodePlan plan(String options) throws UsageError, Failure {
        List<String> words =
                new ArrayList<>(List.of("--registry", "http://localhost/", "--ca", "ca", "--cert", "cert"));
        words.addAll(List.of("--key", "key"));
        words.addAll(List.of(options.isEmpty() ? new String[0] : options.split(" ")));
        NodeOptions parsed =
                Program.withOptionFiles("re6stnet", NodeOptions::new).parse(words, Path.of(""));
        NetworkParameters parameters = NetworkParameters.fromRows(new TreeMap<>())
                .with(Parameter.MAX_CLIENTS, Value.of(10))
                .with(Parameter.CLIENT_COUNT, Value.of(4))
                .with(Parameter.HELLO, Value.of(15));
        Network network = new Network(0x2001_0db8_0042_0000L, 0, 48);
        return new NodePlan(parsed, network.subnet(Prefix.parseCn("1/16").orElseThrow()), 1, parameters, true);
    }
}
