package net.re6st.core;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.random.RandomGenerator;
import net.re6st.config.NetworkParameters;
import net.re6st.core.port.Identity;
import net.re6st.core.port.RoutingView;
import net.re6st.core.port.Ticket;
import net.re6st.net.Prefix;
import net.re6st.net.Subnet;

/** What every part of a node sees: settings, ports, chance, deadlines, and the latest parameters, identity and routes. */
final class NodeContext {
    final NodeSettings settings;
    final Ports ports;
    final RandomGenerator choices;
    final RandomGenerator secrets;
    final Timers timers = new Timers();
    Identity identity;
    RoutingView routes = RoutingView.empty();
    private NetworkParameters parameters;
    private SortedSet<BigInteger> crl;
    private List<String> sameCountry;
    private Prefix registryPrefix;
    private long tickets;

    NodeContext(
            NodeSettings settings,
            Identity identity,
            NetworkParameters parameters,
            Ports ports,
            RandomGenerator choices,
            RandomGenerator secrets) {
        this.settings = settings;
        this.identity = identity;
        this.parameters = parameters;
        this.crl = parameters.crl();
        this.sameCountry = parameters.sameCountry();
        this.registryPrefix = parameters.registryPrefix();
        this.ports = ports;
        this.choices = choices;
        this.secrets = secrets;
    }

    NetworkParameters parameters() {
        return parameters;
    }

    void adopt(NetworkParameters adopted) {
        parameters = adopted;
        crl = adopted.crl();
        sameCountry = adopted.sameCountry();
        registryPrefix = adopted.registryPrefix();
    }

    /** Serials of revoked certificates. */
    SortedSet<BigInteger> crl() {
        return crl;
    }

    boolean isRevoked(BigInteger serial) {
        return crl.contains(serial);
    }

    /** Countries that tunnels must not cross. */
    List<String> sameCountry() {
        return sameCountry;
    }

    Prefix registryPrefix() {
        return registryPrefix;
    }

    Ticket nextTicket() {
        return new Ticket(++tickets);
    }

    Prefix self() {
        return identity.prefix();
    }

    boolean isRegistryNode() {
        return self().equals(registryPrefix);
    }

    Subnet subnet() {
        return settings.network().subnet(self());
    }

    /** Whether a node with this prefix can exist in the network. */
    boolean isPossible(Prefix prefix) {
        return prefix.length() >= 1 && prefix.length() <= settings.network().maxPrefixLength();
    }

    int clientCount() {
        return settings.clientCount() != null ? settings.clientCount() : parameters.clientCount();
    }

    /** Clients of each of our servers. */
    int maxClients() {
        return settings.maxClients() != null ? settings.maxClients() : parameters.maxClients();
    }

    Duration hello() {
        return Duration.ofSeconds(parameters.helloSeconds());
    }

    /** A neighbour that is silent for so long is lost. */
    Duration timeout() {
        return hello().multipliedBy(4);
    }
}
