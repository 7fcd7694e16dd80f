package net.re6st.core;

import static org.assertj.core.api.Assertions.assertThat;

import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import org.junit.jupiter.api.Test;

final class FailedPeersTest {
    private static final Prefix PEER = Prefix.ofBits("0001");

    private final FailedPeers peers = new FailedPeers(Timers.FAILED_PEER_LONGEST, Timers.SILENT_PEER);

    @Test
    void pauseDoublesUpToItsLimit() {
        long[] pauses = {10, 20, 40, 80, 160, 300, 300};
        long second = 0;
        for (long pause : pauses) {
            peers.add(PEER, Timers.FAILED_PEER, at(second));
            assertThat(peers.mayTry(PEER, at(second + pause - 1))).isFalse();
            second += pause;
            assertThat(peers.mayTry(PEER, at(second))).isTrue();
        }
    }

    @Test
    void successEndsThePause() {
        peers.add(PEER, Timers.FAILED_PEER, at(0));
        peers.remove(PEER);
        assertThat(peers.mayTry(PEER, at(0))).isTrue();
    }

    @Test
    void forgetsTheOldestBeyondItsLimit() {
        for (int i = 0; i <= FailedPeers.MAX_PEERS; i++) {
            peers.add(Prefix.parseCn(i + "/16").orElseThrow(), Timers.FAILED_PEER, at(0));
        }
        assertThat(peers.mayTry(Prefix.parseCn("0/16").orElseThrow(), at(1))).isTrue();
        assertThat(peers.mayTry(Prefix.parseCn("1/16").orElseThrow(), at(1))).isFalse();
    }

    private static Moment at(long seconds) {
        return new Moment(seconds * 1_000_000_000, seconds * 1_000_000);
    }
}
