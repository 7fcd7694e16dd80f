package net.re6st.net;

/** The name of a network interface of this host. */
public record Iface(String name) implements Comparable<Iface> {
    /** The kernel's limit (IFNAMSIZ less the final NUL). */
    public static final int MAX_LENGTH = 15;

    public Iface {
        if (name.isEmpty()
                || name.length() > MAX_LENGTH
                || name.chars().anyMatch(c -> c <= ' ' || c == '/' || c > '~')) {
            throw new IllegalArgumentException("not an interface name: " + name);
        }
    }

    @Override
    public int compareTo(Iface other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
