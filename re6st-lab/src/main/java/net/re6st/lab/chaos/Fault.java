package net.re6st.lab.chaos;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One thing that goes wrong: what, at which nodes (by number, from 1), and for how long. Data: {@link Faults} makes it happen.
 *
 * @param holdSeconds until it is undone; 0: there is nothing to undo
 */
record Fault(Kind kind, List<Integer> nodes, int holdSeconds) {
    Fault {
        nodes = List.copyOf(nodes);
    }

    /** Everything that can go wrong. */
    enum Kind {
        /** The daemon gets SIGKILL and is started again later. */
        KILL("daemon killed", 1, 3, false),
        /** babeld gets SIGKILL: the daemon must bring it back. */
        KILL_BABELD("babeld killed", 1, 0, true),
        /** Every OpenVPN of the node gets SIGKILL. */
        KILL_TUNNELS("OpenVPN killed", 1, 0, true),
        /** Nothing passes between the host and the internet. */
        CUT("link cut", 1, 15, false),
        /** Two hosts can't reach each other: a way round must be found while that lasts. */
        BLOCK("pair blocked", 2, 5, true),
        /** Two halves of the internet. */
        PARTITION("partition", 0, 20, false),
        /** No registry, and a node that starts again meanwhile. */
        REGISTRY("registry down", 1, 0, true),
        /** The clock of a node is an hour ahead from one moment to the next, and then right again. */
        CLOCK("clock jumps", 1, 5, true),
        /** No byte more can be written to the node's state and logs, and it starts again so. */
        DISK("disk full", 1, 5, true),
        /** Names are looked up in eight seconds, and the tunnels must be dialled again. */
        DNS_LATE("DNS slow", 1, 5, true),
        /** Names are not answered at all, and the tunnels must be dialled again. */
        DNS_SILENT("DNS silent", 1, 5, true),
        /** babeld gets SIGSTOP: it neither works nor ends. */
        FREEZE("babeld stopped", 1, 12, false);

        private final String words;
        private final int victims;
        private final int holdSeconds;
        private final boolean mended;

        Kind(String words, int victims, int holdSeconds, boolean mended) {
            this.words = words;
            this.victims = victims;
            this.holdSeconds = holdSeconds;
            this.mended = mended;
        }

        String words() {
            return words;
        }

        /** How many nodes it concerns; 0: half of them. */
        int victims() {
            return victims;
        }

        /** How long it lasts at least. */
        int holdSeconds() {
            return holdSeconds;
        }

        /** Whether the network must become whole while it lasts; else only after it was undone. */
        boolean isMended() {
            return mended;
        }
    }

    String where() {
        return nodes.stream().map(node -> "h" + node).collect(Collectors.joining(" "));
    }

    /** "link cut h3 for 17 s". */
    @Override
    public String toString() {
        return kind.words() + " " + where() + (holdSeconds == 0 ? "" : " for " + holdSeconds + " s");
    }
}
