package net.re6st.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import net.re6st.net.Prefix;
import net.re6st.net.TunnelAddress;
import net.re6st.wire.AddressList;

/** Where known peers can be dialled, in which order, and which were tried in vain. A copy of what is stored. */
final class PeerCache {
    static final int MAX_PEERS = 200;

    private final NodeContext context;
    private final SortedMap<Prefix, AddressList> peers = new TreeMap<>();
    private final Set<Prefix> tried = new HashSet<>();

    PeerCache(NodeContext context) {
        this.context = context;
    }

    /** Takes what was stored, as far as it means something; the rest is removed from the store. */
    void load(SortedMap<Prefix, String> stored) {
        stored.forEach((prefix, text) -> {
            boolean usable = context.isPossible(prefix)
                    && !prefix.equals(context.self())
                    && !AddressList.parse(text).addresses().isEmpty()
                    && peers.size() < MAX_PEERS;
            if (usable) {
                peers.put(prefix, AddressList.parse(text));
            } else if (prefix.length() > 0) {
                context.ports.store().removePeer(prefix);
            }
        });
    }

    Optional<AddressList> addresses(Prefix peer) {
        return Optional.ofNullable(peers.get(peer));
    }

    boolean contains(Prefix peer) {
        return peers.containsKey(peer);
    }

    boolean isTried(Prefix peer) {
        return tried.contains(peer);
    }

    /** Remembers what a peer announces, the addresses that worked before staying in front, and gives it another chance. */
    AddressList learn(Prefix peer, AddressList announced) {
        AddressList known = peers.get(peer);
        if (known == null) {
            makeRoom();
        }
        AddressList sorted = known == null ? announced : announced.sortedLike(known);
        peers.put(peer, sorted);
        tried.remove(peer);
        context.ports.store().putPeer(peer, sorted.text());
        return sorted;
    }

    private void makeRoom() {
        while (peers.size() >= MAX_PEERS) {
            drop(victim(context.choices));
        }
    }

    private Prefix victim(RandomGenerator choices) {
        List<Prefix> candidates =
                peers.keySet().stream().filter(tried::contains).toList();
        if (candidates.isEmpty()) {
            candidates = List.copyOf(peers.keySet());
        }
        return candidates.get(choices.nextInt(candidates.size()));
    }

    private void drop(Prefix peer) {
        peers.remove(peer);
        tried.remove(peer);
        context.ports.store().removePeer(peer);
    }

    /** We start connecting: unless that succeeds the peer comes last. */
    void trying(Prefix peer) {
        if (peers.containsKey(peer)) {
            tried.add(peer);
        }
    }

    /** Countries matter from here on: who told none is asked before it is dialled. */
    void doubtCountries() {
        peers.forEach((peer, list) -> {
            if (list.addresses().stream().anyMatch(address -> address.country().isEmpty())) {
                tried.add(peer);
            }
        });
    }

    /** The peer was reached at {@code address}, which comes first from then on. */
    void reached(Prefix peer, TunnelAddress address) {
        tried.remove(peer);
        AddressList known = peers.get(peer);
        if (known != null) {
            AddressList preferred = known.preferring(address);
            if (!preferred.equals(known)) {
                peers.put(peer, preferred);
                context.ports.store().putPeer(peer, preferred.text());
            }
        }
    }

    /** All peers not marked as tried, in random order. */
    List<Prefix> untried(RandomGenerator choices) {
        return shuffled(
                peers.keySet().stream()
                        .filter(p -> !tried.contains(p) && !p.equals(context.self()))
                        .toList(),
                choices);
    }

    /** All peers marked as tried, in random order. */
    List<Prefix> tried(RandomGenerator choices) {
        return shuffled(peers.keySet().stream().filter(tried::contains).toList(), choices);
    }

    int size() {
        return peers.size();
    }

    int triedCount() {
        return tried.size();
    }

    /** All that are remembered. */
    Set<Prefix> peers() {
        return Set.copyOf(peers.keySet());
    }

    /** Leaves only {@code count} peers for the next start, those that were not tried in vain first. */
    void shrink(int count) {
        while (peers.size() > count) {
            drop(victim(context.choices));
        }
    }

    static List<Prefix> shuffled(List<Prefix> prefixes, RandomGenerator choices) {
        List<Prefix> shuffled = new ArrayList<>(prefixes);
        for (int i = shuffled.size() - 1; i > 0; i--) {
            int j = choices.nextInt(i + 1);
            Prefix swapped = shuffled.get(i);
            shuffled.set(i, shuffled.get(j));
            shuffled.set(j, swapped);
        }
        return shuffled;
    }
}
