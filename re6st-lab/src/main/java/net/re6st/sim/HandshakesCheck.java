package net.re6st.sim;

import java.util.HashMap;
import java.util.Map;
import net.re6st.net.Bytes;
import net.re6st.wire.PeerPacket;

/** Nobody begins a handshake with the same node more than once a minute, while both run. */
final class HandshakesCheck extends Check implements Post.Listener {
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final History history;
    private final Map<Long, Long> begun = new HashMap<>();

    HandshakesCheck(Simulation simulation, History history, Violations violations) {
        super("handshakes", simulation, violations);
        this.history = history;
        simulation.post().listen(this);
    }

    @Override
    public void left(SimNode from, SimNode to, Bytes datagram) {
        PeerPacket packet = PeerPacket.decode(datagram).orElse(null);
        boolean begins = packet instanceof PeerPacket.Hello0 || packet instanceof PeerPacket.Recognition;
        // Who is revoked is forgotten, and with it when it was greeted.
        if (!begins || history.isRevoked(to)) {
            return;
        }
        Long before = begun.put((long) from.index() << 32 | to.index(), nanos());
        if (before != null && before >= from.startedNanos() && nanos() - before < MINUTE_NANOS) {
            violated(from, "greets %s again after %.1f s".formatted(to, (nanos() - before) / 1e9));
        }
    }

    @Override
    void look() {
        begun.values().removeIf(at -> nanos() - at >= MINUTE_NANOS);
    }
}
