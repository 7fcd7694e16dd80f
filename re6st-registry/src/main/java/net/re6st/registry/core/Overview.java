package net.re6st.registry.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The state of a network in a few numbers, and what an administrator should look at.
 *
 * @param reachable how many nodes are; empty if that is not known
 */
public record Overview(int nodes, Optional<Integer> reachable, int tokens, List<Concern> concerns) {
    /** What deserves attention; some are about so many nodes. */
    public record Concern(Kind kind, int count) {}

    public enum Kind {
        CA_ENDED,
        CA_ENDING,
        /** The node on the registry's machine does not answer, so that nothing is known about the others. */
        REGISTRY_NODE_SILENT,
        /** There is no node yet: the first certificate becomes the registry node's. */
        NO_NODES,
        /** Two machines have one certificate. */
        CLONED,
        UNREACHABLE,
        CERTIFICATES_ENDING,
        CERTIFICATES_ENDED,
        NO_BABEL_KEY,
        ROTATION_UNFINISHED
    }

    /** What is told about: a sighting if there is one. */
    public record Facts(
            List<NodeEntry> nodes,
            int tokens,
            KeyRotation rotation,
            Optional<Sighting> sighting,
            long caEndUnixSeconds,
            long nowUnixSeconds) {}

    public static Overview of(Facts facts) {
        List<Concern> concerns = new ArrayList<>();
        long caLeft = facts.caEndUnixSeconds() - facts.nowUnixSeconds();
        if (caLeft <= 0) {
            concerns.add(new Concern(Kind.CA_ENDED, 1));
        } else if (caLeft < CurrentAuthority.WARNING.toSeconds()) {
            concerns.add(new Concern(Kind.CA_ENDING, 1));
        }
        boolean silent = facts.sighting().filter(seen -> !seen.isAnswered()).isPresent();
        if (facts.nodes().isEmpty()) {
            concerns.add(new Concern(Kind.NO_NODES, 1));
        } else if (silent) {
            concerns.add(new Concern(Kind.REGISTRY_NODE_SILENT, 1));
        }
        add(concerns, Kind.CLONED, (int)
                facts.nodes().stream().filter(NodeEntry::isCloned).count());
        add(concerns, Kind.UNREACHABLE, count(facts, NodeEntry.Reach.UNREACHABLE));
        add(concerns, Kind.CERTIFICATES_ENDING, count(facts, NodeEntry.Certificate.ENDING));
        add(concerns, Kind.CERTIFICATES_ENDED, count(facts, NodeEntry.Certificate.ENDED));
        switch (facts.rotation().state()) {
            case NO_KEY -> concerns.add(new Concern(Kind.NO_BABEL_KEY, 1));
            case AT_REST -> {}
            default -> concerns.add(new Concern(Kind.ROTATION_UNFINISHED, 1));
        }
        Optional<Integer> reachable =
                facts.sighting().filter(Sighting::isAnswered).map(seen -> count(facts, NodeEntry.Reach.REACHABLE));
        return new Overview(facts.nodes().size(), reachable, facts.tokens(), List.copyOf(concerns));
    }

    private static void add(List<Concern> concerns, Kind kind, int count) {
        if (count > 0) {
            concerns.add(new Concern(kind, count));
        }
    }

    private static int count(Facts facts, NodeEntry.Reach reach) {
        return (int) facts.nodes().stream()
                .filter(node -> node.reach() == reach
                        && node.certificate() != NodeEntry.Certificate.ENDED
                        && node.certificate() != NodeEntry.Certificate.REVOKED)
                .count();
    }

    private static int count(Facts facts, NodeEntry.Certificate state) {
        return (int) facts.nodes().stream()
                .filter(node -> node.certificate() == state)
                .count();
    }
}
