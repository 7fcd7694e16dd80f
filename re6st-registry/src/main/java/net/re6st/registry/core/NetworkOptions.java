package net.re6st.registry.core;

import java.util.List;
import java.util.Optional;

/** The network parameters that are options of the registry. */
public record NetworkOptions(
        Optional<Ipv4Block> ipv4,
        List<String> sameCountry,
        int clientCount,
        boolean encrypt,
        int helloSeconds,
        int maxClients,
        int minProtocol,
        int tunnelRefreshSeconds) {
    /** The IPv4 block of the network, as text {@code IP/N}, and how many more bits a node's subnet has. */
    public record Ipv4Block(String network, int subnetLength) {}
}
