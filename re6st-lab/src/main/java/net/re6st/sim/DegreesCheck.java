package net.re6st.sim;

import java.time.Duration;
import java.util.List;
import net.re6st.net.Transport;

/** Nobody has more tunnels than the parameters allow, nobody is without, and those who can have as many as they should. */
final class DegreesCheck extends Check {
    /** So many of the wanted tunnels there must be: some are being replaced at any time. */
    private static final double ENOUGH = 0.75;

    /** How long there may be too few: what many lost at once takes time to be made again. */
    private static final double FEW_SECONDS = 180;

    /** After the number wanted became smaller, each refresh takes one away. */
    private static final int REFRESHES = 4;

    private static final int OFTEN = 3;

    /** How long a node may be without any tunnel. */
    private static final double PATIENCE_SECONDS = 60;

    private static final double PATIENCE_HELLOS = 8;

    private static final List<Transport> TRANSPORTS = List.of(Transport.UDP, Transport.TCP);

    private final History history;
    private final Duration from;
    private final long[] aloneSince;
    private long fewSince;
    private int mostWanted;
    private long mostWantedNanos;

    DegreesCheck(Simulation simulation, History history, Violations violations, Duration from) {
        super("degrees", simulation, violations);
        this.history = history;
        this.from = from;
        this.aloneSince = new long[simulation.nodes().size()];
    }

    @Override
    void look() {
        boolean settled = simulation().queue().elapsed().compareTo(from) >= 0;
        int wantedNow = simulation().registry().options().clientCount();
        long refreshes =
                REFRESHES * 1_000_000_000L * simulation().registry().options().tunnelRefreshSeconds();
        if (wantedNow >= mostWanted || nanos() - mostWantedNanos > refreshes) {
            mostWanted = wantedNow;
            mostWantedNanos = nanos();
        }
        long wanted = 0;
        long have = 0;
        for (SimNode node : simulation().nodes()) {
            if (!node.hasCore() || history.isRevoked(node)) {
                continue;
            }
            SimTunnels tunnels = simulation().tunnels();
            int dialled = tunnels.dialledCount(node);
            int served = 0;
            for (Transport transport : TRANSPORTS) {
                int clients = tunnels.clientCount(node, transport);
                served += clients;
                notTooMany(node, transport, clients);
            }
            if (dialled > Math.max(node.parameters().clientCount(), mostWanted) + 1) {
                // One that is being replaced still stands while its successor is begun.
                violated(node, "has dialled " + dialled + " tunnels, the network wants " + wantedNow);
            }
            boolean has = dialled + served > 0;
            if (has || aloneSince[node.index()] == 0) {
                aloneSince[node.index()] = has ? 0 : Math.max(1, nanos());
            }
            double alone = has ? 0 : Math.min(age(node), (nanos() - aloneSince[node.index()]) / 1e9);
            double patience = PATIENCE_SECONDS + PATIENCE_HELLOS * hello(node);
            if (settled && alone > patience && !history.isDivided()) {
                violated(node, "has no tunnel for %.0f s".formatted(alone));
            }
            if (age(node) > patience && served > 0) {
                wanted += node.parameters().clientCount();
                have += dialled;
            }
        }
        boolean large = simulation().nodes().size()
                > OFTEN * simulation().registry().options().clientCount();
        boolean few = settled && large && !history.isDivided() && have < ENOUGH * wanted;
        fewSince = few ? Math.max(1, fewSince == 0 ? nanos() : fewSince) : 0;
        if (few && (nanos() - fewSince) / 1e9 > FEW_SECONDS) {
            violated(simulation().nodes().get(0), "sees " + have + " tunnels where there should be " + wanted);
        }
    }

    private void notTooMany(SimNode node, Transport transport, int clients) {
        int most = Math.max(
                node.parameters().maxClients(),
                simulation().registry().options().maxClients());
        if (clients > most) {
            violated(node, "serves %d clients by %s, the network allows %d".formatted(clients, transport.text(), most));
        }
    }
}
