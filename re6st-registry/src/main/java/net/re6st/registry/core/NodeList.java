package net.re6st.registry.core;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.re6st.net.Ip6;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.registry.port.ClashRow;
import net.re6st.registry.port.NodeRow;

/**
 * A page of the list of nodes: decides which nodes match what is searched, in which order they stand, and which of them are
 * on the page.
 *
 * @param total how many nodes there are
 * @param found how many match
 * @param page from 0; the last page if a later one was asked for
 */
public record NodeList(List<NodeEntry> entries, int total, int found, int page, int pages) {
    public static final int PAGE_SIZE = 200;

    /** By what the list is ordered. */
    public enum Order {
        PREFIX(Comparator.comparing(NodeEntry::prefix)),
        EMAIL(Comparator.comparing(entry -> entry.email().toLowerCase(Locale.ROOT))),
        END(Comparator.comparing(entry -> entry.row().endUnixSeconds())),
        SOFTWARE(Comparator.comparing(entry -> entry.software().orElse(""))),
        REACHABLE(Comparator.comparing(NodeEntry::reach));

        @SuppressWarnings("ImmutableEnumChecker") // comparators of getters keep nothing
        private final Comparator<NodeEntry> comparator;

        Order(Comparator<NodeEntry> comparator) {
            this.comparator = comparator.thenComparing(NodeEntry::prefix);
        }
    }

    /**
     * What is asked for.
     *
     * @param search words that must all occur, in any column; an IPv6 address finds the node that owns it
     */
    public record Query(String search, Order order, boolean descending, int page) {
        public static final Query ALL = new Query("", Order.PREFIX, false, 0);
    }

    /** All nodes, by prefix. */
    public static List<NodeEntry> all(
            List<NodeRow> rows,
            Network network,
            Optional<Sighting> sighting,
            Optional<Prefix> registryNode,
            List<ClashRow> clashes,
            long nowUnixSeconds) {
        Map<Prefix, ClashRow> clashOf = clashes.stream().collect(Collectors.toMap(ClashRow::node, clash -> clash));
        return rows.stream()
                .map(row -> NodeEntry.of(
                        row,
                        network,
                        sighting,
                        registryNode,
                        Optional.ofNullable(clashOf.get(row.prefix())),
                        nowUnixSeconds))
                .toList();
    }

    /** The same, without what calls show of clones. */
    static List<NodeEntry> all(
            List<NodeRow> rows,
            Network network,
            Optional<Sighting> sighting,
            Optional<Prefix> registryNode,
            long nowUnixSeconds) {
        return all(rows, network, sighting, registryNode, List.of(), nowUnixSeconds);
    }

    public static NodeList of(List<NodeEntry> all, Network network, Query query) {
        List<String> words =
                List.of(query.search().strip().toLowerCase(Locale.ROOT).split("\\s+"));
        Comparator<NodeEntry> order =
                query.descending() ? query.order().comparator.reversed() : query.order().comparator;
        List<NodeEntry> found = all.stream()
                .filter(entry -> words.stream().allMatch(word -> matches(entry, network, word)))
                .sorted(order)
                .toList();
        int pages = Math.max(1, (found.size() + PAGE_SIZE - 1) / PAGE_SIZE);
        int page = Math.max(0, Math.min(query.page(), pages - 1));
        List<NodeEntry> shown = found.subList(page * PAGE_SIZE, Math.min(found.size(), (page + 1) * PAGE_SIZE));
        return new NodeList(List.copyOf(shown), all.size(), found.size(), page, pages);
    }

    private static boolean matches(NodeEntry entry, Network network, String word) {
        return entry.cn().startsWith(word)
                || entry.email().toLowerCase(Locale.ROOT).contains(word)
                || (word.indexOf(':') >= 0 && entry.subnet().contains(word))
                || Long.toString(entry.row().serial()).equals(word)
                || entry.software().orElse("").toLowerCase(Locale.ROOT).contains(word)
                || entry.reach().name().toLowerCase(Locale.ROOT).equals(word)
                || entry.certificate().name().toLowerCase(Locale.ROOT).equals(word)
                || (entry.isCloned() && word.equals("cloned"))
                || Ip6.parse(word)
                        .filter(address -> network.subnet(entry.prefix()).contains(address))
                        .isPresent();
    }
}
