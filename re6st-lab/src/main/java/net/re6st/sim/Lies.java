package net.re6st.sim;

import java.util.ArrayList;
import java.util.List;
import net.re6st.wire.AddressList;

/** What a node may say about its addresses to do harm. */
final class Lies {
    private static final int OTHERS = 20;

    private Lies() {}

    /** Addresses of other nodes, of nobody, and texts that are none. */
    static AddressList addresses(Simulation simulation, SimNode liar) {
        List<String> entries = new ArrayList<>(List.of(
                "127.0.0.1,1194,udp",
                "0.0.0.0,1194,udp",
                "255.255.255.255,1194,udp",
                "2001:db8:42::1,1194,udp6",
                "fe80::1,1194,udp6",
                "localhost,1194,tcp",
                "20.255.255.1,1194,udp",
                "20.0.0.1,99999,udp",
                "20.0.0.1,-1,tcp",
                ",,,",
                "junk",
                "20.0.0.1,1194,sctp"));
        int count = simulation.internet().hostCount();
        for (int i = 0; i < OTHERS; i++) {
            SimHost other = simulation.internet().host(simulation.random().nextInt(count));
            if (other.index() != liar.index()) {
                entries.add(i % 12, other.ip() + "," + other.port() + ",udp");
            }
        }
        return AddressList.parse(String.join(";", entries));
    }
}
