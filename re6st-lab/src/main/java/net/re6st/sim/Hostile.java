package net.re6st.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.re6st.core.port.PeerChannel.Source;
import net.re6st.net.Bytes;
import net.re6st.net.Ip6;
import net.re6st.wire.PeerPacket;
import net.re6st.wire.Protocol;

/** Somebody inside the network who sends what nobody should: noise, recordings, changed recordings, with false senders. */
final class Hostile implements Post.Listener {
    private static final int RECORDED = 256;
    private static final int MAX_NOISE = 200;
    private static final Duration TICK = Duration.ofMillis(20);

    private final Simulation simulation;
    private final History history;
    private final Recordings all = new Recordings();
    private final Recordings greetings = new Recordings();
    private boolean listening;

    /** A datagram that a node has taken. */
    private record Recording(SimNode from, SimNode to, Bytes datagram) {
        boolean isOfSession() {
            return PeerPacket.decode(datagram)
                    .filter(packet -> packet instanceof PeerPacket.Session)
                    .isPresent();
        }

        boolean isGreeting() {
            return PeerPacket.decode(datagram)
                    .filter(packet -> packet instanceof PeerPacket.Hello0 || packet instanceof PeerPacket.Recognition)
                    .isPresent();
        }
    }

    /** The last of them. */
    private static final class Recordings {
        private final List<Recording> kept = new ArrayList<>();
        private int next;

        void add(Recording recording) {
            if (kept.size() < RECORDED) {
                kept.add(recording);
            } else {
                kept.set(next++ % RECORDED, recording);
            }
        }
    }

    Hostile(Simulation simulation, History history) {
        this.simulation = simulation;
        this.history = history;
    }

    @Override
    public void arrived(SimNode from, SimNode to, Bytes datagram) {
        Recording recording = new Recording(from, to, datagram);
        all.add(recording);
        if (recording.isGreeting()) {
            greetings.add(recording);
        }
    }

    /** Sends so many datagrams per second to the first {@code victims} nodes, until {@code end} of the simulation. */
    void attack(int perSecond, int victims, Duration end) {
        if (!listening) {
            listening = true;
            simulation.post().listen(this);
        }
        tick(perSecond * TICK.toNanos() / 1e9, 0, victims, end);
    }

    /** {@code due}: what was left over by the tick before. */
    private void tick(double perTick, double due, int victims, Duration end) {
        if (simulation.queue().elapsed().compareTo(end) >= 0) {
            return;
        }
        double left = due + perTick;
        for (; left >= 1; left--) {
            sendOne(simulation.nodes().get(random(victims)));
        }
        double rest = left;
        simulation.queue().post(TICK, () -> tick(perTick, rest, victims, end));
    }

    private int random(int bound) {
        return simulation.random().nextInt(bound);
    }

    private void sendOne(SimNode victim) {
        SimNode sender = simulation.nodes().get(random(simulation.nodes().size()));
        int kind = random(5);
        // What costs its receiver RSA, unless it was enough already.
        List<Recording> from = kind == 4 ? greetings.kept : all.kept;
        if (kind == 0 || from.isEmpty()) {
            send(sender, victim, noise());
            return;
        }
        Recording recording = from.get(random(from.size()));
        if (kind == 1) {
            send(sender, victim, changed(recording.datagram()));
        } else if (kind == 2) {
            repeat(recording);
        } else {
            send(sender, victim, recording.datagram());
        }
    }

    /** Sends a datagram once more to who has taken it before; a message of a session must not be answered again. */
    private void repeat(Recording recording) {
        SimNode victim = recording.to();
        int before = simulation.counters().datagrams(victim.index());
        send(recording.from(), victim, recording.datagram());
        if (recording.isOfSession() && simulation.counters().datagrams(victim.index()) != before) {
            history.fooled(victim);
        }
    }

    private void send(SimNode sender, SimNode victim, Bytes datagram) {
        Ip6 address = random(20) == 0 && sender == victim
                ? Ip6.LOOPBACK
                : Simulation.NETWORK.subnet(sender.prefix()).mainAddress();
        // A false sender inside the host itself is what the kernel keeps out.
        Ip6 from = address.equals(Ip6.LOOPBACK) || sender == victim
                ? new Ip6(address.high() ^ 1L << 40, address.low())
                : address;
        victim.event(
                "hostile datagram", sender, n -> n.onDatagram(new Source(from, Protocol.PORT), datagram, victim.now()));
    }

    private Bytes noise() {
        byte[] bytes = new byte[random(MAX_NOISE)];
        simulation.random().nextBytes(bytes);
        if (bytes.length > 4) {
            // Small sequence numbers are those that mean something.
            bytes[0] = 0;
            bytes[1] = 0;
            bytes[2] = 0;
            bytes[3] = (byte) random(8);
        }
        return Bytes.copyOf(bytes);
    }

    private Bytes changed(Bytes datagram) {
        byte[] bytes = datagram.toArray();
        if (bytes.length > 0) {
            bytes[random(bytes.length)] ^= (byte) (1 << random(8));
        }
        return Bytes.copyOf(bytes);
    }
}
