package net.re6st.lab.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** Which faults follow each other: the same seed gives the same ones. Pure. */
final class FaultSchedule {
    private final long seed;
    private final List<Fault> faults;

    private FaultSchedule(long seed, List<Fault> faults) {
        this.seed = seed;
        this.faults = List.copyOf(faults);
    }

    /** Every kind once before any comes again, in random order, at random nodes. */
    static FaultSchedule of(long seed, int nodes, List<Fault.Kind> kinds, int count) {
        Random random = new Random(seed);
        List<Fault> faults = new ArrayList<>();
        List<Fault.Kind> bag = new ArrayList<>();
        while (faults.size() < count) {
            if (bag.isEmpty()) {
                bag.addAll(kinds);
                Collections.shuffle(bag, random);
            }
            faults.add(fault(bag.remove(bag.size() - 1), nodes, random));
        }
        return new FaultSchedule(seed, faults);
    }

    private static Fault fault(Fault.Kind kind, int nodes, Random random) {
        List<Integer> all = new ArrayList<>();
        for (int i = 1; i <= nodes; i++) {
            all.add(i);
        }
        Collections.shuffle(all, random);
        List<Integer> victims = all.subList(0, kind.victims() == 0 ? nodes / 2 : kind.victims());
        Collections.sort(victims);
        int longer = kind.holdSeconds() == 0 ? 0 : random.nextInt(1 + kind.holdSeconds() / 2);
        return new Fault(kind, victims, kind.holdSeconds() + longer);
    }

    List<Fault> faults() {
        return faults;
    }

    /** The numbers of the nodes to which a fault of this kind comes. */
    Set<Integer> victims(Fault.Kind kind) {
        Set<Integer> victims = new TreeSet<>();
        faults.stream().filter(fault -> fault.kind() == kind).forEach(fault -> victims.addAll(fault.nodes()));
        return victims;
    }

    /** One fault per line. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("seed " + seed + "\n");
        int number = 1;
        for (Fault fault : faults) {
            text.append("%3d  %s%n".formatted(number++, fault));
        }
        return text.toString();
    }
}
