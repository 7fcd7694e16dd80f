package net.re6st.registry.web;

import java.util.Map;

/** What the parameters of the network mean to people, and which option of the registry sets each. */
final class Glossary {
    private record Entry(String meaning, String option) {}

    private static final Entry UNKNOWN = new Entry("", "");

    private static final Map<String, Entry> ENTRIES = Map.ofEntries(
            Map.entry("babel_default", new Entry("How delay counts in the choice of paths", "")),
            Map.entry("client_count", new Entry("Tunnels that a node makes", "--client-count")),
            Map.entry("crl", new Entry("Serials of the revoked certificates", "revoke")),
            Map.entry("encrypt", new Entry("Whether tunnels are encrypted, besides being authenticated", "--encrypt")),
            Map.entry("hello", new Entry("Seconds between two hellos of neighbours", "--hello")),
            Map.entry("ipv4", new Entry("IPv4 block of the network", "--ipv4")),
            Map.entry("ipv4_sublen", new Entry("Bits of a node in that block", "--ipv4")),
            Map.entry("max_clients", new Entry("Tunnels that a node accepts", "--max-clients")),
            Map.entry("min_protocol", new Entry("Oldest protocol that nodes may speak", "--min-protocol")),
            Map.entry("protocol", new Entry("Protocol of the registry", "")),
            Map.entry("registry_prefix", new Entry("Prefix of the registry’s node", "")),
            Map.entry("same_country", new Entry("Countries whose nodes keep to themselves", "--same-country")),
            Map.entry("tunnel_refresh", new Entry("Seconds after which a node replaces a tunnel", "--tunnel-refresh")));

    private Glossary() {}

    static String meaning(String parameter) {
        return ENTRIES.getOrDefault(parameter, UNKNOWN).meaning();
    }

    static String option(String parameter) {
        return ENTRIES.getOrDefault(parameter, UNKNOWN).option();
    }
}
