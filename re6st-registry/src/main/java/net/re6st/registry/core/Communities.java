package net.re6st.registry.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.re6st.net.Prefix;
import net.re6st.registry.port.RegistryStore;

/** Decides in which part of the network a node's prefix lies, by where the node is. */
public final class Communities {
    private static final int MAX_COMMUNITIES = 10_000;
    private static final String DEFAULT = "*";

    /** A part of the network and the places (country, {@code @continent}, {@code *}) that belong to it. */
    record Community(Prefix bits, List<String> places) {}

    /** What a community file says, or why it can't be used. */
    public record Reading(Optional<Communities> communities, String error) {
        static Reading refused(String error) {
            return new Reading(Optional.empty(), error);
        }
    }

    /** A network that has no communities: all prefixes come from the whole of it. */
    public static final Communities NONE = new Communities(List.of());

    private final List<Community> communities;

    private Communities(List<Community> communities) {
        this.communities = communities;
    }

    /** Reads the lines of a community file for a network whose prefixes have less than {@code maxPrefixLength} bits. */
    public static Reading read(List<String> lines, int maxPrefixLength) {
        List<Community> communities = new ArrayList<>();
        for (String line : lines) {
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            List<String> words = List.of(text.split("\\s+"));
            Optional<Prefix> bits = Prefix.parseBits(words.get(0));
            if (bits.isEmpty() || bits.get().length() >= maxPrefixLength) {
                return Reading.refused("not the bits of a community: " + shorten(words.get(0)));
            }
            if (communities.size() == MAX_COMMUNITIES) {
                return Reading.refused("more than " + MAX_COMMUNITIES + " communities");
            }
            communities.add(new Community(bits.get(), words.subList(1, words.size())));
        }
        if (defaults(communities) != 1) {
            return Reading.refused("missing or multiple default location ('*')");
        }
        return overlap(communities)
                .map(Reading::refused)
                .orElseGet(() -> new Reading(Optional.of(new Communities(List.copyOf(communities))), ""));
    }

    private static long defaults(List<Community> communities) {
        // Compat: of lines for the same bits the last one counts, so a default may have gone.
        Map<Prefix, Community> byBits = new LinkedHashMap<>();
        communities.forEach(community -> byBits.put(community.bits(), community));
        return byBits.values().stream()
                .filter(community -> community.places().contains(DEFAULT))
                .count();
    }

    private static Optional<String> overlap(List<Community> communities) {
        Set<Prefix> seen = new HashSet<>();
        for (Community community : communities) {
            if (!seen.add(community.bits())) {
                return Optional.of("community " + community.bits().bits() + " is there twice");
            }
        }
        for (Community community : communities) {
            for (Prefix beginning = community.bits(); beginning.length() > 0; ) {
                beginning = beginning.parent();
                if (seen.contains(beginning)) {
                    return Optional.of("communities " + beginning.bits() + " and "
                            + community.bits().bits() + " overlap");
                }
            }
        }
        return Optional.empty();
    }

    private static String shorten(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "...";
    }

    /** Why these communities can't be used with the blocks that are taken already; empty if they can. */
    public Optional<String> conflict(RegistryStore store) {
        return store.read(view -> communities.stream()
                .map(Community::bits)
                .flatMap(bits -> view.takenBlockAround(bits).stream()
                        .map(block -> "prefix " + block.bits() + " contains community " + bits.bits()))
                .findFirst());
    }

    public boolean isEmpty() {
        return communities.isEmpty();
    }

    List<Community> list() {
        return communities;
    }

    /** The bits for a country and a continent (with its {@code @}): the country's community, else the continent's, else the default. */
    Prefix prefixFor(String country, String continent) {
        if (communities.isEmpty()) {
            return Prefix.EMPTY;
        }
        return find(country)
                .or(() -> find(continent))
                .or(() -> find(DEFAULT))
                .orElseThrow(() -> new IllegalStateException("no default community"));
    }

    private Optional<Prefix> find(String place) {
        for (Community community : communities) {
            if (community.places().contains(place)) {
                return Optional.of(community.bits());
            }
        }
        return Optional.empty();
    }
}
