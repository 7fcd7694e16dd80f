package net.re6st.core;

import org.junit.jupiter.api.Test;

class PeerProtocolVectorTest {
    @Test
    void replaysEveryDatagram() {
        PeerScenario.replay("peer_protocol.json");
    }
}
