package net.re6st.registry.port;

import net.re6st.net.Prefix;

/**
 * Who did something that the audit log records.
 *
 * @param kind one of the constants here; another text in a row that a later version wrote
 * @param name CN, login or name of a user; empty if the kind has none
 * @param address where a request came from; empty if it did not come over the network
 */
public record Actor(String kind, String name, String address) {
    /** The registry by itself: housekeeping, and what it does when it starts. */
    public static final Actor REGISTRY = new Actor("registry", "", "");

    /** Somebody who made a public call. */
    public static Actor client(String address) {
        return new Actor("client", "", address);
    }

    /** A node that made an authenticated call. */
    public static Actor node(Prefix node, String address) {
        return new Actor("node", node.cn(), address);
    }

    /** Somebody who made a private call. */
    public static Actor origin(String address) {
        return new Actor("origin", "", address);
    }

    /** Somebody who is logged in to the administration's pages. */
    public static Actor login(String login, String address) {
        return new Actor("login", login, address);
    }

    /** A user of this machine who ran a subcommand. */
    public static Actor command(String user) {
        return new Actor("command", user, "");
    }

    /** As people read it: {@code login admin from ::1}. */
    @Override
    public String toString() {
        return kind + (name.isEmpty() ? "" : " " + name) + (address.isEmpty() ? "" : " from " + address);
    }
}
