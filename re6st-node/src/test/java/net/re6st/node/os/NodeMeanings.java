package net.re6st.node.os;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import net.re6st.net.Network;
import net.re6st.net.Transport;

/** What the commands of a whole node mean, for tests outside of this package. */
public final class NodeMeanings {
    public static final OpenVpnVersion VERSION = new OpenVpnVersion(2, 6);

    private NodeMeanings() {}

    /** The arguments that every OpenVPN of the node gets, in the order of the recorded ones. */
    public static List<String> openVpnArguments(List<String> users, OpenVpnCommand command) {
        OpenVpnCommand.Settings settings = command.settings();
        List<String> all = new ArrayList<>(users);
        all.addAll(List.of(
                "--ca", settings.ca().toString(), "--cert", settings.cert().toString()));
        all.addAll(List.of("--key", settings.key().toString()));
        // We set it ourselves, on every tunnel.
        settings.ip4()
                .own()
                .ifPresent(block -> all.addAll(List.of(
                        "--ifconfig",
                        block.address().toString(),
                        block.netmask().toString())));
        return all;
    }

    public static OpenVpnMeaning server(OpenVpnCommand command, Iface iface, Transport transport, int port) {
        return OpenVpnMeaning.ofOurs(command.server(iface, transport, port), command.settings(), List.of(transport));
    }

    public static BabeldMeaning babeld(
            List<String> words,
            BabelKeys keys,
            Path control,
            boolean sourceRouting,
            boolean gateway,
            Optional<Ip4Block> ip4) {
        return BabeldMeaning.ofOurs(
                words,
                new BabeldCommand.Settings(
                        0,
                        Path.of(""),
                        Path.of(""),
                        control,
                        Ip6.LOOPBACK,
                        64,
                        new Network(0, 0, 0),
                        ip4,
                        gateway,
                        sourceRouting,
                        "",
                        keys,
                        0,
                        List.of(),
                        List.of()));
    }
}
