package net.re6st.node;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import net.re6st.cli.Program;
import net.re6st.testing.OptionFileCases;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionFilesVectorTest {
    @TempDir
    Path directory;

    @Test
    void readsOptionsAsTheOriginal() {
        new OptionFileCases<>(
                        "re6stnet",
                        Program.withOptionFiles("re6stnet", NodeOptions::new),
                        destinations(),
                        expanded -> expanded,
                        OptionFilesVectorTest::isAcceptedHere)
                .replay(directory);
    }

    /** The recorded version refuses a table, and words after two dashes. */
    private static boolean isAcceptedHere(List<String> expanded) {
        return expanded.contains("--table") || expanded.contains("--");
    }

    private static Map<String, Function<NodeOptions, @Nullable Object>> destinations() {
        Map<String, Function<NodeOptions, @Nullable Object>> all = new HashMap<>();
        all.put("ip", NodeOptions::ip);
        all.put("registry", options -> String.join(" ", options.registries()));
        all.put("log", NodeOptions::log);
        all.put("run", NodeOptions::run);
        all.put("state", NodeOptions::state);
        all.put("verbose", NodeOptions::verbose);
        all.put("iface_list", NodeOptions::interfaces);
        all.put("main_interface", NodeOptions::mainInterface);
        all.put("multicast", NodeOptions::multicast);
        all.put("up", NodeOptions::up);
        all.put("daemon", NodeOptions::daemon);
        all.put("test", NodeOptions::test);
        all.put("console", NodeOptions::console);
        all.put("country", NodeOptions::country);
        all.put("babel_args", NodeOptions::babelArguments);
        all.put("default", NodeOptions::defaultRoute);
        all.put("table", NodeOptions::table);
        all.put("gateway", NodeOptions::gateway);
        all.put("openvpn_args", NodeOptions::allOpenvpnArguments);
        all.put("ovpnlog", NodeOptions::ovpnlog);
        all.put("pp", OptionFilesVectorTest::ports);
        all.put("dh", NodeOptions::dh);
        all.put("ca", NodeOptions::ca);
        all.put("cert", NodeOptions::cert);
        all.put("key", NodeOptions::key);
        all.put("client_count", NodeOptions::clientCount);
        all.put("max_clients", NodeOptions::maxClients);
        all.put("gw_list", NodeOptions::remoteGateway);
        all.put("disable_proto", NodeOptions::disableProto);
        all.put("client", NodeOptions::client);
        all.put("neighbour", NodeOptions::neighbour);
        return all;
    }

    private static @Nullable Object ports(NodeOptions options) {
        List<NodeOptions.PortProtocol> ports = options.ports();
        return ports == null
                ? null
                : ports.stream()
                        .map(each -> List.of(each.port(), each.protocol()))
                        .toList();
    }
}
