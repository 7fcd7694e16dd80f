package net.re6st.node.os;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.re6st.net.Iface;
import net.re6st.net.Prefix;
import net.re6st.net.Remote;
import net.re6st.net.Transport;
import org.jspecify.annotations.Nullable;

/**
 * The exact words that start OpenVPN, as server or client; what the user asked for ({@code -O}, {@code --}) comes last.
 *
 * <p>There are no hook scripts: OpenVPN listens on a management socket in RUN and holds until the daemon has connected.
 * There is no {@code --ping} either: Babel's packets keep a tunnel alive, and {@code --ping-exit} ends a silent one.
 */
public final class OpenVpnCommand {
    static final String PROGRAM = "openvpn";
    private static final int CONNECT_SECONDS = 10;

    /** More than a node ever admits. */
    static final int MOST_CLIENTS = 4096;

    private static final String PERSIST_TUN = "--persist-tun";
    private static final String PING_EXIT = "--ping-exit";
    private static final String PING_RESTART = "--ping-restart";
    private static final String TUN_MTU = "--tun-mtu";
    private static final String REMOTE = "--remote";

    private final Settings settings;

    public OpenVpnCommand(Settings settings) {
        this.settings = settings;
    }

    Settings settings() {
        return settings;
    }

    /** As tunnels were started before the network began to encrypt, or ended to. */
    OpenVpnCommand withOtherCipher() {
        return new OpenVpnCommand(new Settings(
                settings.version,
                settings.ca,
                settings.cert,
                settings.key,
                settings.dh,
                settings.run,
                settings.logs,
                !settings.encrypt,
                settings.pingExitSeconds,
                settings.ip4,
                settings.extra));
    }

    /**
     * What all tunnels of a node have in common.
     *
     * @param pingExitSeconds a tunnel silent for so long is given up
     * @param ip4 the node's IPv4 addresses on its tunnels; set by ourselves, so that they may change while they run
     * @param logs directory of one log per tunnel, if asked for
     * @param dh file of Diffie-Hellman parameters; without it only elliptic curves are used
     * @param extra the user's own arguments
     */
    public record Settings(
            OpenVpnVersion version,
            Path ca,
            Path cert,
            Path key,
            @Nullable Path dh,
            Path run,
            @Nullable Path logs,
            boolean encrypt,
            int pingExitSeconds,
            TunnelIp4 ip4,
            List<String> extra) {}

    /** Where the OpenVPN of one interface listens for the daemon. */
    public static Path managementSocket(Path run, Iface iface) {
        return run.resolve(iface.name() + ".sock");
    }

    /** A server; accepts whoever the daemon lets in. */
    public List<String> server(Iface iface, Transport transport, int port) {
        List<String> words = common(iface);
        words.addAll(
                List.of("--management-client-auth", "--auth-user-pass-optional", "--tls-server", "--mode", "server"));
        words.addAll(List.of("--dh", settings.dh == null ? "none" : settings.dh.toString()));
        // How many come in is decided when they connect, and may change while the server runs.
        words.addAll(List.of("--max-clients", Integer.toString(MOST_CLIENTS)));
        words.addAll(List.of("--port", Integer.toString(port), "--proto", protocol(transport, "server")));
        if (transport.isIpv6()) {
            // Else it would take the port for IPv4 as well, where another server may be.
            words.addAll(List.of("--bind", "ipv6only"));
        }
        if (!transport.isTcp()) {
            // Else a client that uses another address of this host than the first would get its answers from the wrong
            // one.
            words.add("--multihome");
        }
        words.addAll(settings.version.eitherCipher());
        return finish(words, List.of(transport), PING_EXIT);
    }

    /** A client of the node {@code peer}, for one attempt. */
    public List<String> client(Iface iface, Prefix peer, Remote remote) {
        List<String> words = startClient(iface, List.of(remote));
        words.addAll(
                List.of("--verify-x509-name", peer.cn(), "name", "--resolv-retry", "0", "--connect-retry-max", "3"));
        // The first packet may come before the other side listens: ask again soon.
        words.addAll(List.of("--tls-exit", "--tls-timeout", "1", "--remap-usr1", "SIGTERM"));
        words.addAll(settings.version.cipher(settings.encrypt));
        return finish(words, List.of(remote.transport()), PING_EXIT);
    }

    /** A client of whoever answers first; OpenVPN itself tries them in turn, for ever. */
    public List<String> clientOfAny(Iface iface, List<Remote> remotes) {
        if (remotes.isEmpty()) {
            throw new IllegalArgumentException("no remote address for " + iface);
        }
        List<String> words = startClient(iface, remotes);
        // OpenVPN says who the peer is when it opens the interface: with one that stays open it would go from one peer
        // to another, and tell nobody.
        words.remove(PERSIST_TUN);
        // Two minutes otherwise, before the next one is tried.
        words.addAll(List.of("--connect-timeout", Integer.toString(CONNECT_SECONDS)));
        words.addAll(settings.version.cipher(settings.encrypt));
        return finish(words, remotes.stream().map(Remote::transport).toList(), PING_RESTART);
    }

    /** Whom these words of a client tunnel connect to; empty if that is not exactly one place. */
    static Optional<Remote> remote(List<String> words) {
        int at = words.indexOf(REMOTE);
        if (at < 0 || at + 3 >= words.size() || at != words.lastIndexOf(REMOTE)) {
            return Optional.empty();
        }
        String port = words.get(at + 2);
        for (Transport transport : Transport.values()) {
            if (protocol(transport, "client").equals(words.get(at + 3)) && port.matches("\\d{1,5}")) {
                return Optional.of(new Remote(words.get(at + 1), Integer.parseInt(port), transport));
            }
        }
        return Optional.empty();
    }

    /** Whether these words start the same OpenVPN but for how long it waits for a silent tunnel. */
    static boolean isSame(List<String> words, List<String> others) {
        return without(words, PING_EXIT, PING_RESTART).equals(without(others, PING_EXIT, PING_RESTART));
    }

    /**
     * The same, but for the size of packets as well: a server goes on with that of before when the network begins to encrypt, or
     * ends to, as its clients must have the same.
     */
    static boolean isSameServer(List<String> words, List<String> others) {
        return without(words, PING_EXIT, PING_RESTART, TUN_MTU)
                .equals(without(others, PING_EXIT, PING_RESTART, TUN_MTU));
    }

    private static List<String> without(List<String> words, String... options) {
        List<String> rest = new ArrayList<>(words);
        for (String option : options) {
            int at = rest.indexOf(option);
            if (at >= 0 && at + 1 < rest.size()) {
                rest.subList(at, at + 2).clear();
            }
        }
        return rest;
    }

    /** What the interface's MTU is to be. */
    public int mtuBytes(Transport transport) {
        return TunnelMtu.bytes(transport, settings.encrypt);
    }

    /** How long after the end of one link the next one may be taken down. */
    Duration linkPause() {
        // A tunnel is given up after four hellos.
        return EndedLinks.pause(Duration.ofSeconds(settings.pingExitSeconds).dividedBy(4));
    }

    private List<String> startClient(Iface iface, List<Remote> remotes) {
        List<String> words = common(iface);
        words.addAll(List.of("--management-up-down", "--nobind", "--client"));
        for (Remote remote : remotes) {
            words.addAll(List.of(REMOTE, remote.ip(), Integer.toString(remote.port())));
            words.add(protocol(remote.transport(), "client"));
        }
        return words;
    }

    private List<String> common(Iface iface) {
        List<String> words = new ArrayList<>(List.of(PROGRAM, "--dev-type", "tap", "--dev", iface.name()));
        words.addAll(List.of(PERSIST_TUN, "--persist-key"));
        words.addAll(
                List.of("--management", managementSocket(settings.run, iface).toString(), "unix"));
        words.add("--management-hold");
        return words;
    }

    private List<String> finish(List<String> words, List<Transport> transports, String whenSilent) {
        List<Transport> udp = transports.stream().filter(t -> !t.isTcp()).toList();
        if (!udp.isEmpty()) {
            int mtu = udp.stream().mapToInt(this::mtuBytes).min().orElseThrow();
            words.addAll(List.of(TUN_MTU, Integer.toString(mtu), "--mtu-disc", "yes"));
            if (udp.size() == transports.size()) {
                words.add("--fast-io");
            }
        }
        words.addAll(List.of("--txqueuelen", Integer.toString(LinuxNetwork.TX_QUEUE_PACKETS)));
        words.addAll(List.of(whenSilent, Integer.toString(settings.pingExitSeconds)));
        words.addAll(List.of("--ca", settings.ca.toString(), "--cert", settings.cert.toString()));
        words.addAll(List.of("--key", settings.key.toString()));
        if (settings.logs == null) {
            // Fatal errors only: they go where the daemon's own output goes.
            words.addAll(List.of("--verb", "0"));
        } else {
            words.addAll(List.of(
                    "--log-append", settings.logs.resolve(iface(words) + ".log").toString()));
        }
        words.addAll(settings.extra);
        return List.copyOf(words);
    }

    private static String iface(List<String> words) {
        return words.get(words.indexOf("--dev") + 1);
    }

    /** OpenVPN's name: {@code udp} and {@code tcp} are IPv4 in our addresses. */
    private static String protocol(Transport transport, String role) {
        String family = transport.isIpv6() ? "6" : "4";
        return transport.isTcp() ? "tcp" + family + "-" + role : "udp" + family;
    }
}
