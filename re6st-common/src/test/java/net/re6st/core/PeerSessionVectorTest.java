package net.re6st.core;

import org.junit.jupiter.api.Test;

class PeerSessionVectorTest {
    @Test
    void replaysEveryDatagram() {
        PeerScenario.replay("peer_session.json");
    }
}
