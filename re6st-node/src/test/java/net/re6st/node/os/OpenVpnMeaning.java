package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.re6st.net.Transport;

/**
 * What a command line of OpenVPN means, whoever wrote it: the original's hook scripts and our management socket, its
 * link-mtu and our tun-mtu, and so on, are the same here.
 *
 * @param events whether the daemon learns of the tunnel's life
 * @param admission whether it decides who comes in
 * @param limited whether the packet size is that of the transport
 * @param peer the certificate name the other side must have, and how attempts end; empty: not given
 */
public record OpenVpnMeaning(
        String iface,
        boolean server,
        boolean events,
        boolean admission,
        String dh,
        String maxClients,
        String port,
        List<String> protocols,
        List<String> remotes,
        boolean limited,
        List<String> peer,
        boolean encrypt,
        String log,
        List<String> extra) {
    /** Not in the command line. */
    static final String ANY = "any";

    private static final List<String> ATTEMPT =
            List.of("--resolv-retry", "0", "--connect-retry-max", "3", "--tls-exit", "--remap-usr1", "SIGTERM");

    /**
     * Reads the original's words.
     *
     * @param descriptor what stands for the number of its pipe
     * @param protocols the names in use, in our addresses' form
     */
    public static OpenVpnMeaning ofOriginal(
            List<String> argv, String descriptor, List<String> protocols, List<String> extra) {
        Words words = new Words(argv);
        words.take("openvpn", "--dev-type", "tap", "--dev");
        String iface = argv.get(4);
        words.take(iface, "--persist-tun", "--persist-key", "--script-security", "2", "--up", "{OVPN_CLIENT}");
        words.take("--setenv", "PATH", "{PATH}");
        boolean server = words.takeIfPresent("--tls-server", "--mode", "server");
        List<String> remotes = new ArrayList<>();
        List<String> used = new ArrayList<>();
        boolean admission = false;
        String dh = "";
        String maxClients = "";
        String port = "";
        if (server) {
            String script = "{OVPN_SERVER} " + descriptor;
            words.take("--client-connect", script, "--client-disconnect", script);
            admission = true;
            dh = words.value("--dh");
            maxClients = words.value("--max-clients");
            port = words.value("--port");
            words.take("--proto", originalServer(protocols.get(0)));
            used.add(family(protocols.get(0)));
        } else {
            words.take("--nobind", "--client");
            for (String protocol : protocols) {
                List<String> remote = words.values("--remote", 3);
                assertThat(remote.get(2)).isEqualTo(protocol.equals("udp") ? "udp4" : protocol);
                remotes.add(remote.get(0) + " " + remote.get(1));
                used.add(family(protocol));
            }
        }
        boolean udp = protocols.get(0).startsWith("udp");
        if (udp) {
            int ipv4 = server ? 1525 : 1432;
            int linkMtu = protocols.get(0).endsWith("6") ? ipv4 + 18 : ipv4;
            words.take("--link-mtu", Integer.toString(linkMtu), "--mtu-disc", "yes");
        }
        List<String> peer = new ArrayList<>();
        if (words.has("--verify-x509-name")) {
            peer.addAll(words.values("--verify-x509-name", 2));
            words.takeBlock(ATTEMPT);
            words.take("--route-up", "{OVPN_CLIENT} " + descriptor);
        }
        words.takeBlock(extra);
        String log = words.has("--log-append") ? words.value("--log-append") : "";
        boolean plain = words.takeIfPresent("--cipher", "none", "--ncp-disable");
        words.end();
        return new OpenVpnMeaning(
                iface, server, true, admission, dh, maxClients, port, used, remotes, udp, peer, !plain, log, extra);
    }

    /** Reads our words; {@code settings} are what they were made from. */
    static OpenVpnMeaning ofOurs(List<String> argv, OpenVpnCommand.Settings settings, List<Transport> transports) {
        Words words = new Words(argv);
        words.takeEnd(settings.extra());
        words.take("openvpn", "--dev-type", "tap", "--dev");
        String iface = argv.get(4);
        words.take(iface);
        assertThat(words.takeIfPresent("--persist-tun")).isEqualTo(!words.has("--connect-timeout"));
        words.take("--persist-key");
        Path socket = settings.run().resolve(iface + ".sock");
        words.take("--management", socket.toString(), "unix", "--management-hold");
        boolean server = words.takeIfPresent("--tls-server", "--mode", "server");
        List<String> remotes = new ArrayList<>();
        List<String> used = new ArrayList<>();
        String dh = "";
        String maxClients = "";
        String port = "";
        boolean events = server;
        if (server) {
            words.take("--management-client-auth", "--auth-user-pass-optional");
            dh = words.value("--dh");
            words.take("--max-clients", "4096");
            maxClients = ANY;
            port = words.value("--port");
            String protocol = words.value("--proto");
            used.add(protocol.replace("-server", ""));
            takeListening(words, protocol, transports.get(0));
        } else {
            events = words.takeIfPresent("--management-up-down");
            words.take("--nobind", "--client");
            while (words.has("--remote")) {
                List<String> remote = words.values("--remote", 3);
                remotes.add(remote.get(0) + " " + remote.get(1));
                used.add(remote.get(2).replace("-client", ""));
            }
        }
        boolean limited = takeMtu(words, settings, transports);
        List<String> peer = takePeer(words);
        String log = words.has("--log-append") ? words.value("--log-append") : "";
        boolean plain = takeCiphers(words, settings, server);
        if (log.isEmpty()) {
            words.take("--verb", "0");
        }
        takeSettings(words, settings, server || !peer.isEmpty() ? "--ping-exit" : "--ping-restart");
        words.end();
        return new OpenVpnMeaning(
                iface,
                server,
                events,
                server,
                dh,
                maxClients,
                port,
                used,
                remotes,
                limited,
                peer,
                !plain,
                log,
                settings.extra());
    }

    private static void takeListening(Words words, String protocol, Transport transport) {
        assertThat(protocol.endsWith("-server")).isEqualTo(transport.isTcp());
        assertThat(words.takeIfPresent("--bind", "ipv6only")).isEqualTo(transport.isIpv6());
        assertThat(words.takeIfPresent("--multihome")).isNotEqualTo(transport.isTcp());
    }

    private static boolean takeMtu(Words words, OpenVpnCommand.Settings settings, List<Transport> transports) {
        boolean limited = words.has("--tun-mtu");
        if (limited) {
            int smallest = transports.stream()
                    .filter(transport -> !transport.isTcp())
                    .mapToInt(transport -> TunnelMtu.bytes(transport, settings.encrypt()))
                    .min()
                    .orElseThrow();
            words.take("--tun-mtu", Integer.toString(smallest), "--mtu-disc", "yes");
        }
        return limited;
    }

    /** Whether nothing is encrypted. A server can do both; who does otherwise than the network is refused. */
    private static boolean takeCiphers(Words words, OpenVpnCommand.Settings settings, boolean server) {
        String ciphers = server ? "AES-256-GCM:AES-128-GCM:none" : "none";
        boolean listed = words.takeIfPresent(
                "--cipher", "none", "--data-ciphers", ciphers, "--data-ciphers-fallback", "none", "--reneg-bytes", "0");
        assertThat(listed).isEqualTo(server || !settings.encrypt());
        return !settings.encrypt();
    }

    private static List<String> takePeer(Words words) {
        List<String> peer = new ArrayList<>();
        if (words.has("--connect-timeout")) {
            words.take("--connect-timeout", "10");
            return peer;
        }
        if (words.has("--verify-x509-name")) {
            peer.addAll(words.values("--verify-x509-name", 2));
            words.take("--tls-timeout", "1");
            words.takeBlock(ATTEMPT);
        }
        return peer;
    }

    private static void takeSettings(Words words, OpenVpnCommand.Settings settings, String whenSilent) {
        words.take(
                whenSilent,
                Integer.toString(settings.pingExitSeconds()),
                "--ca",
                settings.ca().toString());
        words.take("--cert", settings.cert().toString(), "--key", settings.key().toString());
        words.takeIfPresent("--fast-io");
        words.take("--txqueuelen", "100");
    }

    private static String originalServer(String protocol) {
        return protocol.equals("udp") ? "udp4" : protocol.startsWith("udp") ? protocol : protocol + "-server";
    }

    /** The name of the transport with its family, which is IPv4 unless said otherwise. */
    private static String family(String protocol) {
        return protocol.equals("udp") || protocol.equals("tcp") || protocol.equals("sctp") ? protocol + "4" : protocol;
    }
}
