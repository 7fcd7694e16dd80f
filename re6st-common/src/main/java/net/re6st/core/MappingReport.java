package net.re6st.core;

import java.util.List;
import net.re6st.core.NodeSettings.Port;
import net.re6st.core.port.PortMapper.Router;
import org.jspecify.annotations.Nullable;

/**
 * How asking the router for ports goes.
 *
 * @param expected whether the operator says that there is such a router; else it may well be that none answers
 * @param router the last one that gave a mapping
 * @param seenIp our IPv4 address as peers see it; null while none told
 * @param problem why the last attempt failed; null if it did not
 */
public record MappingReport(
        boolean expected,
        State state,
        @Nullable Router router,
        @Nullable String seenIp,
        List<Mapped> ports,
        @Nullable String problem) {
    public MappingReport {
        ports = List.copyOf(ports);
    }

    /** In the words that operators see. */
    public enum State {
        /** Nothing came of it so far, for good or bad. */
        ASKING,
        /** At least one port of the router leads to us. */
        MAPPED,
        /** None does. */
        FAILED
    }

    /**
     * One port that the router gave.
     *
     * @param leaseSeconds what is left of the lease; -1 if it has no end
     */
    public record Mapped(Port port, int externalPort, long leaseSeconds) {}
}
