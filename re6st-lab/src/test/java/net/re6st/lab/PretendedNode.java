package net.re6st.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.re6st.babel.BabelDump;
import net.re6st.babel.BabelPacket;
import net.re6st.babel.BabelPacketReader;
import net.re6st.net.Bytes;
import net.re6st.net.Ip6;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.net.Subnet;
import net.re6st.wire.LinkDelays;
import net.re6st.wire.LocalMessage;
import net.re6st.wire.PeerMessage;
import net.re6st.wire.Protocol;
import net.re6st.wire.Topology;

/** Answers a registry as the node on its host would, for all nodes of a {@link GeneratedNetwork}; some keep silent. */
final class PretendedNode implements AutoCloseable {
    private static final byte[] LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    private static final int[] DELAYS = {4, 12, 25, 48, 90, 140, 320};

    private final GeneratedNetwork generated;
    private final Network network;
    private final Set<Prefix> silent;
    private final DatagramSocket socket;
    private final ServerSocketChannel routes;

    private PretendedNode(
            GeneratedNetwork generated,
            Network network,
            Set<Prefix> silent,
            DatagramSocket socket,
            ServerSocketChannel routes) {
        this.generated = generated;
        this.network = network;
        this.silent = silent;
        this.socket = socket;
        this.routes = routes;
    }

    static PretendedNode start(Host host, Path run, GeneratedNetwork generated, Network network, Set<Prefix> silent)
            throws IOException {
        Files.createDirectories(run);
        DatagramSocket socket = host.inside(
                () -> new DatagramSocket(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), Protocol.PORT)));
        ServerSocketChannel routes = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        routes.bind(UnixDomainSocketAddress.of(run.resolve("babeld.sock")));
        PretendedNode node = new PretendedNode(generated, network, silent, socket, routes);
        start(node::answerQuestions);
        start(node::showRoutes);
        return node;
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "pretended-node");
        thread.setDaemon(true);
        thread.start();
    }

    private void answerQuestions() {
        byte[] buffer = new byte[2048];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                Optional<LocalMessage> question = LocalMessage.decode(Bytes.copyOf(buffer, 0, packet.getLength()));
                Optional<Bytes> answer = question.flatMap(this::answer);
                if (answer.isPresent()) {
                    byte[] bytes = answer.get().toArray();
                    socket.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                // The socket was closed, or the registry ended.
            }
        }
    }

    private Optional<Bytes> answer(LocalMessage question) {
        Prefix node = question.node();
        Topology tunnels = generated.tunnels().get(node);
        Optional<PeerMessage.Kind> kind = question.message().kind();
        if (kind.isEmpty() || tunnels == null || silent.contains(node)) {
            return Optional.empty();
        }
        Bytes payload =
                switch (kind.get()) {
                    case TOPOLOGY -> tunnels.encode();
                    case LINKS -> delays(node, tunnels).encode();
                    case SOFTWARE -> Bytes.ofLatin1(node.length() % 2 == 1 ? "0.1.0, Linux 6.1" : "0.1.0, Linux 6.12");
                    default -> Bytes.EMPTY;
                };
        return payload.isEmpty()
                ? Optional.empty()
                : Optional.of(new LocalMessage(node, PeerMessage.of(kind.get(), payload)).encode());
    }

    /** The same from both ends; every third node does not tell, as those of the original. */
    private LinkDelays delays(Prefix node, Topology tunnels) {
        SortedMap<Prefix, Integer> millis = new TreeMap<>();
        int index = generated.nodes().indexOf(node);
        if (index % 3 != 1) {
            Stream.concat(tunnels.dialled().stream(), tunnels.served().stream()).forEach(other -> {
                int sum = index + generated.nodes().indexOf(other);
                millis.put(other, DELAYS[sum % DELAYS.length]);
            });
        }
        return new LinkDelays(millis);
    }

    private void showRoutes() {
        while (routes.isOpen()) {
            try (SocketChannel connection = routes.accept()) {
                BabelPacketReader reader = BabelPacketReader.ofRequests();
                ByteBuffer input = ByteBuffer.allocate(1024);
                List<BabelPacket> requests = new ArrayList<>();
                while (requests.isEmpty() && connection.read(input) >= 0) {
                    reader.read(input.flip(), requests::add);
                    input.clear();
                }
                ByteBuffer answer = dump().toPacket().encode().toBuffer();
                while (answer.hasRemaining()) {
                    connection.write(answer);
                }
            } catch (IOException e) {
                // Closed, or the registry ended.
            }
        }
    }

    /** Routes to all but the silent ones, of which those it has tunnels with are direct. */
    private BabelDump dump() {
        Prefix own = generated.nodes().get(0);
        Topology tunnels = generated.tunnels().get(own);
        List<BabelDump.Neighbour> neighbours = new ArrayList<>();
        List<BabelDump.Route> found = new ArrayList<>();
        for (Prefix node : generated.nodes().subList(1, generated.nodes().size())) {
            boolean direct =
                    tunnels.dialled().contains(node) || tunnels.served().contains(node);
            int index = direct || neighbours.isEmpty() ? neighbours.size() + 1 : 1;
            Ip6 address = new Ip6(0xfe80L << 48, index);
            if (neighbours.size() < index) {
                int delay = DELAYS[index % DELAYS.length];
                neighbours.add(new BabelDump.Neighbour(address, 1, 0xffff, 96, 96, delay, 0, 0, 1, 256));
            }
            if (!silent.contains(node)) {
                Subnet subnet = network.subnet(node);
                found.add(BabelDump.Route.installed(
                        subnet.firstAddress(), subnet.length(), 96, direct ? 0 : 96, 1, address));
            }
        }
        return new BabelDump(List.of(new BabelDump.Interface(1, "re6stnet1")), neighbours, List.of(), found);
    }

    @Override
    public void close() throws IOException {
        socket.close();
        routes.close();
    }
}
