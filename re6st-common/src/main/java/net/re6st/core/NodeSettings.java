package net.re6st.core;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.net.Transport;
import net.re6st.wire.AddressList;
import org.jspecify.annotations.Nullable;

/**
 * What the operator and the host decided; constant while the node lives.
 *
 * @param protocol the version of the peer protocol that we announce
 * @param software {@code VERSION, PLATFORM}, the answer to message 4
 * @param role whether the core dials and serves, or only a fixed client runs
 * @param clientCount {@code --client-count}; null: the network's
 * @param maxClients {@code --max-clients}; null: the network's
 * @param disabled transports that must not be used ({@code --disable-proto}, kernel without source routing)
 * @param preferred {@code --neighbour}
 * @param country {@code --country}; null: to be found
 * @param probing whether the links of tunnels are probed for loss
 * @param privateAllowed whether private IPv4 addresses may be advertised and dialled
 * @param advertised how the addresses that peers may dial are known
 * @param countryOf the country of an IP address by the local database, if there is one
 */
public record NodeSettings(
        Network network,
        long protocol,
        String software,
        Role role,
        @Nullable Integer clientCount,
        @Nullable Integer maxClients,
        Set<Transport> disabled,
        List<Prefix> preferred,
        @Nullable String country,
        boolean probing,
        boolean privateAllowed,
        Advertised advertised,
        Function<String, Optional<String>> countryOf) {

    /** What the node does about tunnels. */
    public enum Role {
        /** Dials and serves. */
        MESH,
        /** {@code --client}: one tunnel that OpenVPN itself keeps; no planner, no servers. */
        CLIENT
    }

    /**
     * How the addresses of one family become known.
     *
     * @param given complete entries: the addresses or host names of {@code --ip}, each with every port
     * @param learn whether what peers tell us is advertised when nothing is given
     * @param ports what is advertised for a learnt address, by preference
     */
    public record Family(AddressList given, boolean learn, List<Port> ports) {
        public static final Family NONE = new Family(AddressList.EMPTY, false, List.of());
    }

    /** A port on which one of our servers listens. */
    public record Port(int number, Transport transport) {}

    /** Both address families, and what a router is asked for. */
    public record Advertised(Family ipv4, Family ipv6, Mapping mapping) {}

    /**
     * Whether a NAT router is asked to let connections in to the IPv4 ports.
     *
     * @param refresh how often mappings are renewed; at least a second
     */
    public record Mapping(RouterUse use, Duration refresh) {
        /** A router may have forgotten them. */
        public static final Duration REFRESH = Duration.ofSeconds(500);

        public static final Mapping NONE = new Mapping(RouterUse.NEVER, REFRESH);
    }

    /** Whether there is a router that can be asked. */
    public enum RouterUse {
        NEVER,
        /** One is used if it answers. */
        IF_ANY,
        /** The operator says so. */
        EXPECTED
    }
}
