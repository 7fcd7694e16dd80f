package net.re6st.core.port;

import java.time.Duration;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;

/** What came back from the other end of a link. */
public sealed interface ProbeAnswer {
    Iface iface();

    /**
     * The answer to one question.
     *
     * @param number of the question
     * @param trafficBytes that passed the interface so far, in both directions
     */
    record Echo(Iface iface, long number, Duration time, long trafficBytes) implements ProbeAnswer {}

    /** The answer to an insistent question; it does not tell to which. */
    record Presence(Iface iface, Ip6 address) implements ProbeAnswer {}
}
