package net.re6st.registry.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import net.re6st.crypto.Secret;
import net.re6st.registry.port.Offer;
import org.junit.jupiter.api.Test;

/** The contract, for a server, and what is to be had only of one. */
class PostgresStoreContractTest extends SharedStoreContract {
    PostgresStoreContractTest() {
        super(Engine.POSTGRESQL);
    }

    @Test
    void knowsOfAnOfferWhicheverProcessMadeIt() {
        issue(store, CLIENT, "pem", 1);
        Secret offered = secret(RandomGenerator.getDefault());
        store.offer(new Offer(CLIENT, "pem", offered, 7));
        assertThat(use(other, offered).orElseThrow().protocol()).isEqualTo(7);
        assertThat(use(store, next(offered))).isPresent();
        assertThat(use(other, offered)).isEmpty();
    }

    /** A session that is written back after its node was revoked would let the next owner of the prefix be impersonated. */
    @Test
    void endsASessionThatIsInUseWhenItsNodeIsRevoked() throws Exception {
        issue(store, CLIENT, "pem", 1);
        Secret secret = secret(RandomGenerator.getDefault());
        store.offer(new Offer(CLIENT, "pem", secret, 7));
        ExecutorService revoking = Executors.newSingleThreadExecutor();
        try {
            Future<?> revoked = store.sessions(tx -> {
                var sessions = tx.sessions(CLIENT);
                Future<?> started = revoking.submit(() -> other.transaction(change -> {
                    change.freeBlock(CLIENT);
                    return change;
                }));
                // Long enough for it to come through, if nothing held it back.
                try {
                    started.get(500, TimeUnit.MILLISECONDS);
                } catch (java.util.concurrent.TimeoutException e) {
                    // As it should be.
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                tx.storeSessions(CLIENT, sessions);
                return started;
            });
            revoked.get();
        } finally {
            revoking.shutdownNow();
        }
        issue(store, CLIENT, "another", 2);
        assertThat(states(store)).isEmpty();
    }
}
