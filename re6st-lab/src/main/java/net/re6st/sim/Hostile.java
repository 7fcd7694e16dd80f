package net.re6st.sim;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import net.re6st.core.port.PeerChannel.Source;
import net.re6st.net.Bytes;
import net.re6st.net.Ip6;
import net.re6st.wire.Protocol;

/** Somebody inside the network who sends what nobody should: noise, recordings, changed recordings, with false senders. */
final class Hostile implements Post.Listener {
    private static final int RECORDED = 256;
    private static final int MAX_NOISE = 200;

    private final Simulation simulation;
    private final Deque<Bytes> recorded = new ArrayDeque<>();
    private boolean listening;

    Hostile(Simulation simulation) {
        this.simulation = simulation;
    }

    @Override
    public void passed(Bytes datagram) {
        recorded.add(datagram);
        if (recorded.size() > RECORDED) {
            recorded.remove();
        }
    }

    /** Sends so many datagrams per second, until {@code end} of the simulation. */
    void attack(int perSecond, Duration end) {
        if (!listening) {
            listening = true;
            simulation.post().listen(this);
        }
        if (simulation.queue().elapsed().compareTo(end) >= 0) {
            return;
        }
        for (int i = 0; i < perSecond; i++) {
            sendOne();
        }
        simulation.queue().post(Duration.ofSeconds(1), () -> attack(perSecond, end));
    }

    private void sendOne() {
        int count = simulation.nodes().size();
        SimNode victim = simulation.nodes().get(simulation.random().nextInt(count));
        SimNode sender = simulation.nodes().get(simulation.random().nextInt(count));
        Ip6 address = simulation.random().nextInt(20) == 0
                ? Ip6.LOOPBACK
                : Simulation.NETWORK.subnet(sender.prefix()).mainAddress();
        // A false sender inside the host itself is what the kernel keeps out.
        Ip6 from = address.equals(Ip6.LOOPBACK) || sender == victim
                ? new Ip6(address.high() ^ 1L << 40, address.low())
                : address;
        Bytes datagram = datagram();
        victim.event(
                "hostile datagram", sender, n -> n.onDatagram(new Source(from, Protocol.PORT), datagram, victim.now()));
    }

    private Bytes datagram() {
        byte[] bytes;
        int kind = simulation.random().nextInt(3);
        if (kind == 0 || recorded.isEmpty()) {
            bytes = new byte[simulation.random().nextInt(MAX_NOISE)];
            simulation.random().nextBytes(bytes);
            if (bytes.length > 4) {
                // Small sequence numbers are those that mean something.
                bytes[0] = 0;
                bytes[1] = 0;
                bytes[2] = 0;
                bytes[3] = (byte) simulation.random().nextInt(8);
            }
        } else {
            bytes = recorded.stream()
                    .skip(simulation.random().nextInt(recorded.size()))
                    .findFirst()
                    .orElseThrow()
                    .toArray();
            if (kind == 2 && bytes.length > 0) {
                bytes[simulation.random().nextInt(bytes.length)] ^=
                        (byte) (1 << simulation.random().nextInt(8));
            }
        }
        return Bytes.copyOf(bytes);
    }
}
