package net.re6st.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.re6st.core.port.Avoided;
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

    @Test
    void anotherProcessGoesOnWithThePauses() {
        peers.add(PEER, Timers.FAILED_PEER, at(90));
        peers.add(PEER, Timers.FAILED_PEER, at(100));
        FailedPeers next = new FailedPeers(Timers.FAILED_PEER_LONGEST, Timers.SILENT_PEER);
        // Its monotonic clock is another one.
        Moment start = new Moment(-7, at(105).wallMicros());
        next.restore(peers.list(), start);
        assertThat(next.mayTry(PEER, start.plus(Duration.ofSeconds(14)))).isFalse();
        assertThat(next.mayTry(PEER, start.plus(Duration.ofSeconds(15)))).isTrue();
        next.add(PEER, Timers.FAILED_PEER, start);
        assertThat(next.mayTry(PEER, start.plus(Duration.ofSeconds(39)))).isFalse();
        assertThat(next.mayTry(PEER, start.plus(Duration.ofSeconds(40)))).isTrue();
    }

    @Test
    void aClockThatWasSetMakesNoPauseLonger() {
        Avoided future = new Avoided(PEER, at(1_000_000).wallMicros(), Timers.FAILED_PEER);
        peers.restore(List.of(future), at(100));
        assertThat(peers.mayTry(PEER, at(109))).isFalse();
        assertThat(peers.mayTry(PEER, at(110))).isTrue();
    }

    @Test
    void whatIsLongAgoTooLongOrTooMuchIsNotGoneOnWith() {
        peers.restore(List.of(new Avoided(PEER, 0, Duration.ofDays(9))), at(Timers.SILENT_PEER.toSeconds()));
        assertThat(peers.list()).isEmpty();
        peers.restore(List.of(new Avoided(PEER, 0, Duration.ofDays(9))), at(0));
        assertThat(peers.mayTry(PEER, at(Timers.FAILED_PEER_LONGEST.toSeconds())))
                .isTrue();
        for (int i = 0; i <= FailedPeers.MAX_PEERS; i++) {
            Prefix peer = Prefix.parseCn(i + "/16").orElseThrow();
            peers.restore(List.of(new Avoided(peer, 0, Timers.FAILED_PEER)), at(0));
        }
        assertThat(peers.list()).hasSize(FailedPeers.MAX_PEERS);
    }

    private static Moment at(long seconds) {
        return new Moment(seconds * 1_000_000_000, seconds * 1_000_000);
    }
}
