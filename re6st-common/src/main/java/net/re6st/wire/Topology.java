package net.re6st.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.re6st.net.Bytes;
import net.re6st.net.PlainNumber;
import net.re6st.net.Prefix;

/**
 * A node's answer to the question how it is connected: {@code N CN...}, where the first N CNs are those it dialled.
 *
 * @param dialled nodes to which it has client tunnels
 * @param served nodes that are clients of its servers
 */
public record Topology(List<Prefix> dialled, List<Prefix> served) {
    private static final int MAX_SIZE = 16_384;

    public Topology {
        dialled = List.copyOf(dialled);
        served = List.copyOf(served);
    }

    /** Reads an answer; empty if N is no number or greater than the number of CNs, or if a CN is not valid. */
    public static Optional<Topology> decode(Bytes payload) {
        if (payload.size() > MAX_SIZE) {
            return Optional.empty();
        }
        String[] words = payload.toLatin1().strip().split(" +");
        int count = PlainNumber.parse(words[0], words.length - 1);
        if (count < 0) {
            return Optional.empty();
        }
        List<Prefix> nodes = new ArrayList<>(words.length - 1);
        for (int i = 1; i < words.length; i++) {
            Optional<Prefix> node = Prefix.parseCn(words[i]);
            if (node.isEmpty()) {
                return Optional.empty();
            }
            nodes.add(node.get());
        }
        return Optional.of(new Topology(nodes.subList(0, count), nodes.subList(count, nodes.size())));
    }

    public Bytes encode() {
        String cns = Stream.concat(dialled.stream(), served.stream())
                .map(node -> " " + node.cn())
                .collect(Collectors.joining());
        return Bytes.ofLatin1(dialled.size() + cns);
    }
}
