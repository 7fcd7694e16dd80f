package net.re6st.core.port;

import net.re6st.net.Iface;
import net.re6st.net.Ip6;

/** Asks the other ends of links whether they are there. Answers return through {@code Node.onProbeAnswered}; silence is none. */
public interface LinkProbe {
    /**
     * Sends one question.
     *
     * @param address the link-local one of the neighbour
     * @param number comes back with the answer; each is used once
     * @param insist asks in a second way too, which no firewall may refuse
     */
    void probe(Iface iface, Ip6 address, long number, boolean insist);
}
