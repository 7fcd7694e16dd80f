package net.re6st.registry.core;

import java.util.Optional;
import java.util.TreeSet;
import net.re6st.net.Prefix;
import net.re6st.registry.port.Tx;

/**
 * Decides which prefix a new node gets, and how the tree of blocks in the database is split and merged.
 *
 * <p>The blocks of the tree cover the whole network without overlap. A block is split along the path to the prefix wanted;
 * of each pair of halves the row that exists becomes the half left behind, so that rows keep the order of their making.
 */
final class PrefixAllocator {
    private final int maxPrefixLength;

    PrefixAllocator(int maxPrefixLength) {
        this.maxPrefixLength = maxPrefixLength;
    }

    /**
     * Takes a prefix of {@code length} bits inside a community (its bits first) out of the free blocks; empty if there is
     * none left or the length is impossible. The row is free until its certificate is stored.
     */
    Optional<Prefix> allocate(Tx tx, Prefix community, int length) {
        int fullLength = community.length() + length;
        if (length < 1 || fullLength > maxPrefixLength) {
            return Optional.empty();
        }
        while (true) {
            Optional<Prefix> block = tx.longestFreeBlock(community, fullLength).or(() -> tx.freeBlockAround(community));
            if (block.isEmpty()) {
                return Optional.empty();
            }
            Prefix prefix = split(tx, block.get(), community, fullLength);
            if (!isReserved(prefix, community)) {
                return Optional.of(prefix);
            }
            tx.reserveBlock(prefix);
        }
    }

    private static Prefix split(Tx tx, Prefix free, Prefix community, int fullLength) {
        Prefix block = free;
        while (block.length() < fullLength) {
            boolean one = block.length() < community.length() && community.bit(block.length());
            Prefix followed = block.child(one);
            tx.renameBlock(block, followed.sibling());
            tx.addBlock(followed);
            block = followed;
        }
        return block;
    }

    /** A prefix that leaves no bits to the host would be the address of the community's (or the network's) own subnet. */
    private boolean isReserved(Prefix prefix, Prefix community) {
        if (prefix.length() < maxPrefixLength) {
            return false;
        }
        for (int i = community.length(); i < prefix.length(); i++) {
            if (prefix.bit(i)) {
                return false;
            }
        }
        return true;
    }

    /** Joins free siblings into their parent, longest first, as far as it goes. */
    void merge(Tx tx) {
        TreeSet<Prefix> free = new TreeSet<>(tx.freeBlocks());
        for (int length = maxPrefixLength; length > 0; length--) {
            for (Prefix zero : free.toArray(Prefix[]::new)) {
                if (zero.length() == length && !zero.bit(length - 1) && free.contains(zero.sibling())) {
                    Prefix parent = zero.parent();
                    tx.deleteBlock(zero.sibling());
                    tx.renameBlock(zero, parent);
                    free.remove(zero.sibling());
                    free.remove(zero);
                    free.add(parent);
                }
            }
        }
    }
}
