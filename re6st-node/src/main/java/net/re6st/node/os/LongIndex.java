package net.re6st.node.os;

/** A map from numbers other than 0 to slots, in two flat arrays with open addressing. */
final class LongIndex {
    static final int NONE = -1;

    private long[] keys = new long[128];
    private int[] slots = new int[128];
    private int size;

    int size() {
        return size;
    }

    int get(long key) {
        int at = find(key);
        return keys[at] == key && key != 0 ? slots[at] : NONE;
    }

    /** {@code key} must be new. */
    void put(long key, int slot) {
        if (size * 2 >= keys.length) {
            grow();
        }
        int at = find(key);
        keys[at] = key;
        slots[at] = slot;
        size++;
    }

    /** The slot that {@code key} had, or NONE. */
    int remove(long key) {
        int at = find(key);
        if (key == 0 || keys[at] != key) {
            return NONE;
        }
        int slot = slots[at];
        size--;
        // What follows without a gap may have been pushed here: fill the hole with the first that may move.
        int mask = keys.length - 1;
        int hole = at;
        for (int i = (at + 1) & mask; keys[i] != 0; i = (i + 1) & mask) {
            int home = home(keys[i]);
            if (((i - home) & mask) >= ((i - hole) & mask)) {
                keys[hole] = keys[i];
                slots[hole] = slots[i];
                hole = i;
            }
        }
        keys[hole] = 0;
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldSlots = slots;
        keys = new long[oldKeys.length * 2];
        slots = new int[oldKeys.length * 2];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int at = find(oldKeys[i]);
                keys[at] = oldKeys[i];
                slots[at] = oldSlots[i];
            }
        }
    }

    private int find(long key) {
        int mask = keys.length - 1;
        int at = home(key);
        while (keys[at] != 0 && keys[at] != key) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private int home(long key) {
        return (int) ((key * 0x9E3779B97F4A7C15L) >>> 40) & (keys.length - 1);
    }
}
