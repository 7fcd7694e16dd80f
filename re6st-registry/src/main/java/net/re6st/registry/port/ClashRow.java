package net.re6st.registry.port;

import net.re6st.net.Prefix;

/**
 * How often two machines with the certificate of one node got in each other's way when they called the registry.
 *
 * @param lastUnixSeconds the last time
 * @param address from where the one called then
 * @param otherAddress from where the other one had called before
 */
public record ClashRow(Prefix node, int times, long lastUnixSeconds, String address, String otherAddress) {}
