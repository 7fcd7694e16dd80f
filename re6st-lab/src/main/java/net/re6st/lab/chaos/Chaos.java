package net.re6st.lab.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import net.re6st.lab.Await;
import net.re6st.lab.LabException;
import net.re6st.lab.LabNode;
import net.re6st.lab.NetworkPlan;
import net.re6st.lab.ReNetwork;

/** A network to which one fault after another happens; after each it must become whole again by itself. */
final class Chaos implements AutoCloseable {
    /** What was sent in so many last seconds must have arrived, all of it. */
    private static final Duration STEADY = Duration.ofSeconds(2);

    private final FaultSchedule schedule;
    private final ReNetwork network;
    private final Faults faults;
    private final Duration limit;

    /** {@code limit}: so long it may take until the network is whole. */
    Chaos(NetworkPlan plan, FaultSchedule schedule, Duration limit) {
        this.schedule = schedule;
        this.limit = limit;
        this.network = ReNetwork.build(plan);
        try {
            this.faults = Faults.prepare(network, schedule);
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
    }

    ReNetwork network() {
        return network;
    }

    /** Starts the network and lets one fault follow another, for as long as there is time for another one. */
    ChaosReport run(Duration time) {
        network.startRegistry(List.of());
        network.enrol();
        network.probe();
        network.nodes().forEach(faults::startNode);
        awaitWhole("start", System.nanoTime());
        ChaosReport report = new ChaosReport("%d nodes, %s"
                .formatted(
                        network.nodes().size(),
                        schedule.toString().lines().findFirst().orElse("")));
        long start = System.nanoTime();
        for (Fault fault : schedule.faults()) {
            Duration at = Duration.ofNanos(System.nanoTime() - start);
            if (at.compareTo(time) >= 0) {
                break;
            }
            ChaosReport.Line line = suffer(fault, at);
            System.out.println(line);
            report.add(line);
        }
        return report;
    }

    private ChaosReport.Line suffer(Fault fault, Duration at) {
        long from = System.nanoTime();
        faults.inject(fault);
        long injected = System.nanoTime();
        long counted = fault.kind().isMended() ? injected : hold(fault, from);
        Duration whole = awaitWhole(fault.toString(), counted);
        if (fault.kind().isMended()) {
            hold(fault, from);
            // What is undone may be a fault, too: a clock that jumps back.
            awaitWhole("the end of " + fault, System.nanoTime());
        }
        return new ChaosReport.Line(fault, at, whole, network.prober().since(from));
    }

    /** Waits until its time is over and undoes it; returns when that was. */
    private long hold(Fault fault, long from) {
        long end = from + Duration.ofSeconds(fault.holdSeconds()).toNanos();
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                throw new LabException("interrupted");
            }
        }
        faults.heal(fault);
        return System.nanoTime();
    }

    /** Waits until nothing is lost and everything runs that should; returns how long after {@code from} the last loss was. */
    private Duration awaitWhole(String after, long from) {
        long since = Await.found(
                "the network is whole after " + after,
                limit,
                () -> {
                    long steady = network.prober().steadySince(from);
                    boolean isSteady =
                            System.nanoTime() - steady > STEADY.plusSeconds(1).toNanos();
                    return isSteady && missing().isEmpty() ? Optional.of(steady) : Optional.empty();
                },
                () -> missing() + " " + network.prober().since(System.nanoTime() - 3 * STEADY.toNanos()));
        return Duration.ofNanos(since - from);
    }

    /** What does not run. */
    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (LabNode node : network.nodes()) {
            if (!node.isRunning()) {
                missing.add(node + " ended");
            } else if (node.host().processes("babeld").size() != 1) {
                missing.add(node + " has no babeld, or several");
            }
        }
        return missing;
    }

    @Override
    public void close() {
        faults.close();
        network.close();
    }
}
