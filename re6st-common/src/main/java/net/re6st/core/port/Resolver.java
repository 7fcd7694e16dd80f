package net.re6st.core.port;

/** Host names. */
public interface Resolver {
    /** Looks {@code host} up, for a limited time and with a limited number of answers; ends in {@code Node.onResolved}. */
    void resolve(Ticket ticket, String host, boolean ipv6);
}
