package net.re6st.core;

import org.junit.jupiter.api.Test;

class PeerRejectVectorTest {
    @Test
    void replaysEveryDatagram() {
        PeerScenario.replay("peer_reject.json");
    }
}
