package net.re6st.config;

import java.math.BigInteger;
import java.util.List;
import java.util.SortedSet;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;

/**
 * The parameters that every node of a network shares, as the registry publishes them. Immutable.
 *
 * @param version signed by the CA; newer ones are told from neighbour to neighbour
 * @param validUntilUnixSeconds 0 if not known
 */
public record NetworkParameters(
        Bytes version,
        int protocol,
        int minProtocol,
        Prefix registryPrefix,
        int clientCount,
        int maxClients,
        int helloSeconds,
        int tunnelRefreshSeconds,
        SortedSet<BigInteger> crl,
        List<String> sameCountry,
        boolean encrypt,
        long validUntilUnixSeconds) {}
