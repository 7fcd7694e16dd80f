package net.re6st.registry.port;

import net.re6st.net.Prefix;

/** A certificate in whose place its holder got another, and which would still be accepted. */
public record SupersededRow(long serial, Prefix prefix, long endUnixSeconds) {}
