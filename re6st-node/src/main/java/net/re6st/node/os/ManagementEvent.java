package net.re6st.node.os;

import java.util.Map;

/** One thing that OpenVPN said on its management socket. */
sealed interface ManagementEvent {
    /** It waits for {@code hold release}. */
    record Hold() implements ManagementEvent {}

    /** It changed its state, e.g. {@code CONNECTED} or {@code EXITING} with the reason. */
    record State(String name, String detail) implements ManagementEvent {}

    /**
     * Something happened to one of a server's clients.
     *
     * @param key the client's key number; -1 where there is none
     * @param environment what OpenVPN knows of the client
     */
    record Client(Kind kind, long client, long key, Map<String, String> environment) implements ManagementEvent {}

    /** What happened to a client. */
    enum Kind {
        CONNECT,
        REAUTH,
        ESTABLISHED,
        DISCONNECT
    }

    /** A client's tunnel went up or down. */
    record UpDown(boolean up, Map<String, String> environment) implements ManagementEvent {}

    /** It is about to end for this reason. */
    record Fatal(String reason) implements ManagementEvent {}

    /** The answer to one command. */
    record Reply(boolean success, String text) implements ManagementEvent {}

    /** One client in the answer to {@code status 3}. */
    record Listed(String commonName, String address, long client) implements ManagementEvent {}

    /** The answer to {@code status 3} is complete. */
    record ListEnd() implements ManagementEvent {}

    /** A line that makes no sense, or more than there may be of something. */
    record Invalid(String reason) implements ManagementEvent {}
}
