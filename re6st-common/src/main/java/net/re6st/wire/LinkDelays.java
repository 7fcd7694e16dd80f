package net.re6st.wire;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.re6st.net.Bytes;
import net.re6st.net.PlainNumber;
import net.re6st.net.Prefix;

/**
 * A node's answer to the question how long packets take to its neighbours: {@code CN MILLIS CN MILLIS...}, one space between
 * words.
 *
 * @param millis there and back, by neighbour; those that were not measured are missing
 */
public record LinkDelays(SortedMap<Prefix, Integer> millis) {
    /** More than a node has links; the rest is not told. */
    private static final int MAX_LINKS = 512;

    private static final int MAX_MILLIS = 65_535;
    private static final int MAX_SIZE = 16_384;

    public LinkDelays {
        millis = Collections.unmodifiableSortedMap(new TreeMap<>(millis));
    }

    /** From what was measured: what is not a number, or not above zero, is not known. */
    public static LinkDelays ofMeasured(SortedMap<Prefix, Double> measured) {
        SortedMap<Prefix, Integer> millis = new TreeMap<>();
        measured.forEach((node, delay) -> {
            if (delay > 0 && millis.size() < MAX_LINKS) {
                millis.put(node, (int) Math.min(MAX_MILLIS, Math.ceil(delay)));
            }
        });
        return new LinkDelays(millis);
    }

    /** Reads an answer; empty unless it has just that form, and each node once. */
    public static Optional<LinkDelays> decode(Bytes payload) {
        if (payload.size() > MAX_SIZE) {
            return Optional.empty();
        }
        String[] words = payload.toLatin1().split(" ", -1);
        if (words.length % 2 != 0 || words.length > 2 * MAX_LINKS) {
            return Optional.empty();
        }
        SortedMap<Prefix, Integer> millis = new TreeMap<>();
        for (int i = 0; i < words.length; i += 2) {
            Optional<Prefix> node = Prefix.parseCn(words[i]);
            int delay = PlainNumber.parse(words[i + 1], MAX_MILLIS);
            if (node.isEmpty() || delay < 1 || millis.put(node.get(), delay) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(new LinkDelays(millis));
    }

    /** Without any it is empty, and no answer. */
    public Bytes encode() {
        return Bytes.ofLatin1(millis.entrySet().stream()
                .map(link -> link.getKey().cn() + " " + link.getValue())
                .collect(Collectors.joining(" ")));
    }
}
