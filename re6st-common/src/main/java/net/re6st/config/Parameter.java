package net.re6st.config;

import java.util.Arrays;
import java.util.Optional;

/** The table of network parameters: their names on the wire and in databases, and what a change of each affects. */
public enum Parameter {
    /** Signed number of this set of parameters. */
    VERSION("version", Effect.NONE),
    /** The protocol that the registry speaks. */
    PROTOCOL("protocol", Effect.NONE),
    /** A node that speaks less must stop. */
    MIN_PROTOCOL("min_protocol", Effect.RESTART),
    /** The node on the registry's machine. */
    REGISTRY_PREFIX("registry_prefix", Effect.PLANNER),
    /** Serials of revoked certificates. */
    CRL("crl", Effect.REVOCATION),
    /** Options of Babel on every interface. */
    BABEL_DEFAULT("babel_default", Effect.ROUTING),
    /** Seconds between Babel's hellos; most other times derive from it. */
    HELLO("hello", Effect.ROUTING),
    /** Key that signs Babel packets. */
    BABEL_HMAC_SIGN("babel_hmac_sign", Effect.ROUTING),
    /** Second key to accept on Babel packets; empty bytes: accept anything. */
    BABEL_HMAC_ACCEPT("babel_hmac_accept", Effect.ROUTING),
    /** Until when, in Unix time, the first step of a rotation of these keys lasts. */
    VALID_UNTIL("valid_until", Effect.NONE),
    /** Tunnels that a node dials. */
    CLIENT_COUNT("client_count", Effect.PLANNER),
    /** Clients that a node serves, for each of its servers. */
    MAX_CLIENTS("max_clients", Effect.PLANNER),
    /** Seconds after which a dialled tunnel is replaced by another one. */
    TUNNEL_REFRESH("tunnel_refresh", Effect.PLANNER),
    /** Countries that tunnels must not cross. */
    SAME_COUNTRY("same_country", Effect.PLANNER),
    /** Whether tunnels encrypt. */
    ENCRYPT("encrypt", Effect.TUNNELS),
    /** {@code IP/N}: the IPv4 addresses of the network. */
    IPV4("ipv4", Effect.IPV4),
    /** How many bits after these N number the nodes. */
    IPV4_SUBLEN("ipv4_sublen", Effect.IPV4),
    /** Seconds by which a restart is postponed. Never stored, and no change by itself. */
    DELAY_RESTART("delay_restart", Effect.NONE);

    /** What must be done when a parameter changes; a restart is the last resort. */
    public enum Effect {
        NONE,
        /** Sessions and tunnels with the revoked end. */
        REVOCATION,
        /** The running routing daemon is told. */
        ROUTING,
        /** The core uses the new value from its next look. */
        PLANNER,
        /** Tunnels are replaced, new before old. */
        TUNNELS,
        /** IPv4 addresses, routes and their redistribution are replaced. */
        IPV4,
        RESTART
    }

    private final String text;
    private final Effect effect;

    Parameter(String text, Effect effect) {
        this.text = text;
        this.effect = effect;
    }

    public static Optional<Parameter> parse(String name) {
        return Arrays.stream(values()).filter(p -> p.text.equals(name)).findFirst();
    }

    /** The name, on the wire and in databases. */
    public String text() {
        return text;
    }

    public Effect effect() {
        return effect;
    }

    /** Whether the value is sent encrypted for the receiver. */
    static boolean isSecret(String name) {
        return name.startsWith("babel_hmac_");
    }
}
