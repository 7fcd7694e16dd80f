package net.re6st.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.wire.PeerPacket;
import org.junit.jupiter.api.Test;

/** Which secrets of a peer are accepted, whatever the clocks do. */
final class PeerSessionTest {
    private static final Moment NOW = new Moment(0, 1_800_000_000_000_000L);
    private static final Duration HOUR = Duration.ofHours(1);

    private final Random random = new Random(1);
    private final PeerSession session = new PeerSession(Prefix.parseCn("3/16").orElseThrow());

    @Test
    void aSecretMustBeGreaterThanTheOneInUse() {
        Secret first = secret(NOW);
        assertThat(session.accepts(first, NOW)).isTrue();
        session.accept(first, NOW);
        assertThat(session.accepts(first, NOW)).isFalse();
        assertThat(session.accepts(secret(before(HOUR)), NOW)).isFalse();
        assertThat(session.accepts(secret(NOW.plus(HOUR)), NOW)).isTrue();
    }

    @Test
    void aPeerThatStartsAgainIsAcceptedAfterOurFastClockSteppedBack() {
        Secret ofTheFuture = secret(NOW.plus(HOUR));
        session.offer(ofTheFuture);
        confirm(ofTheFuture);
        assertThat(session.accepts(secret(NOW), NOW)).isTrue();
    }

    @Test
    void whatThePeerGaveBeforeIsNeverAcceptedAgain() {
        Secret old = secret(NOW);
        session.accept(old, NOW);
        Secret ofTheFuture = secret(NOW.plus(HOUR));
        session.offer(ofTheFuture);
        confirm(ofTheFuture);
        assertThat(session.accepts(old, NOW)).isFalse();
        assertThat(session.accepts(secret(NOW.plus(Duration.ofSeconds(1))), NOW))
                .isTrue();
    }

    @Test
    void theGreaterOfTwoOffersThatCrossWinsUnlessThePeerUsesOurs() {
        Secret ours = secret(NOW.plus(HOUR));
        session.offer(ours);
        assertThat(session.accepts(secret(NOW), NOW)).isFalse();
        assertThat(session.accepts(secret(NOW.plus(HOUR.multipliedBy(2))), NOW)).isTrue();
    }

    @Test
    void clocksThatDifferALittleChangeNothing() {
        Secret ours = secret(NOW.plus(Duration.ofMinutes(4)));
        session.offer(ours);
        confirm(ours);
        assertThat(session.accepts(secret(NOW), NOW)).isFalse();
    }

    /** The peer uses what we offered. */
    private void confirm(Secret secret) {
        Bytes mac = secret.mac(PeerPacket.Session.authenticated(3, Bytes.EMPTY));
        assertThat(session.receive(new PeerPacket.Session(3, Bytes.EMPTY, mac), NOW))
                .isTrue();
    }

    private static Moment before(Duration duration) {
        return NOW.plus(duration.negated());
    }

    private Secret secret(Moment at) {
        return Secret.newer(at, Optional.empty(), random);
    }
}
