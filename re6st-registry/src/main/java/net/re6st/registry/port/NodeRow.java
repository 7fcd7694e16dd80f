package net.re6st.registry.port;

import java.util.Optional;
import java.util.OptionalLong;
import net.re6st.net.Prefix;

/** What the database knows about a node without parsing its certificate. */
public record NodeRow(
        Prefix prefix,
        Optional<String> email,
        long serial,
        OptionalLong subjectSerial,
        long endUnixSeconds,
        boolean isRevoked) {}
