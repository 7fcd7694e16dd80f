package net.re6st.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.re6st.net.Bytes;
import net.re6st.net.TunnelAddress;
import org.jspecify.annotations.Nullable;

/**
 * The addresses where a node can be dialled, by preference: {@code host,port,protocol[,country]} joined by {@code ;}, on the
 * wire and in the peer database. Immutable.
 *
 * <p>Entries are compared, reordered and stored as whole texts, malformed ones included; {@link #addresses} leaves those out.
 */
public final class AddressList {
    public static final AddressList EMPTY = new AddressList(List.of());

    /** Longer texts are not valid. A node has a handful of addresses of some fifty characters each. */
    public static final int MAX_LENGTH = 8192;

    private final List<String> entries;

    private AddressList(List<String> entries) {
        this.entries = entries;
    }

    /** Parses a text. Whatever is not valid in it has no effect; a text that is too long is the empty list. */
    public static AddressList parse(String text) {
        return text.isEmpty() || text.length() > MAX_LENGTH ? EMPTY : new AddressList(List.of(text.split(";", -1)));
    }

    /** Reads a text that came over the wire; empty if it is not UTF-8 or too long. */
    public static Optional<AddressList> decode(Bytes utf8) {
        if (utf8.size() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            ByteBuffer bytes = utf8.toBuffer();
            return Optional.of(
                    parse(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString()));
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    public static AddressList of(List<TunnelAddress> addresses) {
        return new AddressList(addresses.stream().map(TunnelAddress::toString).toList());
    }

    /** The entries that have a host and an integer as port, in order. */
    public List<TunnelAddress> addresses() {
        return entries.stream()
                .map(TunnelAddress::parse)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Number of entries that {@link #addresses} leaves out. */
    public int malformedCount() {
        return entries.size() - addresses().size();
    }

    /** No entry at all, not even a malformed one. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** The form for nodes that do not understand countries: at most three fields of every entry. */
    public AddressList withoutCountries() {
        List<String> stripped = new ArrayList<>(entries.size());
        for (String entry : entries) {
            String[] fields = entry.split(",", 4);
            stripped.add(fields.length < 4 ? entry : entry.substring(0, entry.length() - fields[3].length() - 1));
        }
        return new AddressList(List.copyOf(stripped));
    }

    /**
     * The entries of this list by the place of their first occurrence in {@code order}, those not in it last. What is
     * learnt anew is sorted by what was known; what is known is sorted by what is preferred.
     */
    public AddressList sortedLike(AddressList order) {
        Map<String, Integer> places = new HashMap<>();
        for (String entry : order.entries) {
            places.putIfAbsent(entry, places.size());
        }
        List<String> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparing(entry -> places.getOrDefault(entry, Integer.MAX_VALUE)));
        return new AddressList(List.copyOf(sorted));
    }

    /** This list with {@code address} moved to the front; unchanged if it has no such entry. */
    public AddressList preferring(TunnelAddress address) {
        return sortedLike(new AddressList(List.of(address.toString())));
    }

    public String text() {
        return String.join(";", entries);
    }

    public Bytes encode() {
        return Bytes.copyOf(text().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AddressList that && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    /** At most four addresses, for logs. */
    @Override
    public String toString() {
        String shown =
                addresses().stream().limit(4).map(TunnelAddress::toString).collect(Collectors.joining("; "));
        return entries.size() > 4 ? shown + "; ..." : shown;
    }
}
