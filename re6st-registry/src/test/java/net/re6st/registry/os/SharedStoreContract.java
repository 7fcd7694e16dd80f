package net.re6st.registry.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.port.CertificateRow;
import net.re6st.registry.port.ClashRow;
import net.re6st.registry.port.IssuedRow;
import net.re6st.registry.port.NodeRow;
import net.re6st.registry.port.Offer;
import net.re6st.registry.port.ReplacedSession;
import net.re6st.registry.port.SessionTx;
import net.re6st.registry.port.SupersededRow;
import net.re6st.rpc.RpcSession;
import net.re6st.rpc.ServerSessions;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

/** What every store keeps to about sessions of callers, and when several threads and processes use it. */
abstract class SharedStoreContract extends RegistryStoreContract {
    private static final int THREADS = 4;
    private static final int CHANGES = 25;

    SharedStoreContract(Engine engine) {
        super(engine);
    }

    /** Does this at the same time in several threads, in turn with the one store and the other. */
    private <T> List<T> inParallel(java.util.function.Function<OpenStore, T> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<T>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                OpenStore used = i % 2 == 0 ? store : other;
                running.add(threads.submit(() -> work.apply(used)));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> one : running) {
                results.add(one.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void forgetsEverythingAboutABlockThatIsFreed() {
        Secret used = secret(RandomGenerator.getDefault());
        issue(store, CLIENT, "pem", 1);
        store.offer(new Offer(CLIENT, "pem", used, PROTOCOL));
        assertThat(use(store, used)).isPresent();
        store.sessions(tx -> {
            tx.addReplaced(new ReplacedSession(CLIENT, new RpcSession(used), 1, "::1"));
            return tx;
        });
        Secret unused = secret(RandomGenerator.getDefault());
        store.offer(new Offer(CLIENT, "pem", unused, PROTOCOL));
        store.transaction(tx -> {
            tx.setEmail(CLIENT, Optional.of("e"));
            tx.rememberIssued(new IssuedRow("token", Bytes.ofHex("00"), CLIENT, "pem", 1));
            tx.addSuperseded(new SupersededRow(7, CLIENT, 45));
            tx.storeClash(new ClashRow(CLIENT, 1, 1, "a", "b"));
            tx.freeBlock(CLIENT);
            return tx;
        });
        other.read(view -> {
            assertThat(view.certificate(CLIENT)).isEmpty();
            assertThat(view.prefixOfEmail("e")).isEmpty();
            assertThat(view.issued("token")).isEmpty();
            assertThat(view.superseded(7)).isEmpty();
            assertThat(view.clash(CLIENT)).isEmpty();
            assertThat(view.freeBlocks()).contains(CLIENT);
            return view;
        });
        assertThat(states(store)).isEmpty();
        List<ReplacedSession> replaced = store.sessions(tx -> tx.replaced(CLIENT));
        assertThat(replaced).isEmpty();
        issue(store, CLIENT, "another", 2);
        assertThat(use(store, unused)).isEmpty();
    }

    @Test
    void keepsTheLastSessionsThatWereReplaced() {
        List<Secret> all = new ArrayList<>();
        for (int i = 0; i < SessionTx.MAX_REPLACED + 2; i++) {
            Secret one = secret(RandomGenerator.getDefault());
            all.add(one);
            int date = i / 2;
            store.sessions(tx -> {
                tx.addReplaced(new ReplacedSession(CLIENT, new RpcSession(one), date, "::" + date));
                return tx;
            });
        }
        Set<Secret> expected = Set.copyOf(all.subList(2, all.size()));
        List<ReplacedSession> kept = other.sessions(tx -> tx.replaced(CLIENT));
        assertThat(kept).extracting(session -> session.state().secret()).hasSameElementsAs(expected);
        assertThat(kept).extracting(ReplacedSession::replacedUnixSeconds).containsExactly(2L, 2L, 1L, 1L);
        other.sessions(tx -> {
            tx.forgetReplaced(kept.get(0));
            return tx;
        });
        List<ReplacedSession> left = store.sessions(tx -> tx.replaced(CLIENT));
        assertThat(left).hasSize(SessionTx.MAX_REPLACED - 1);
    }

    @Test
    void refusesAChangeInsideAChange() {
        assertThatThrownBy(() -> store.transaction(tx -> store.transaction(again -> 1)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void readsOneStateAlsoWhileOthersChangeIt() throws Exception {
        ExecutorService writer = Executors.newSingleThreadExecutor();
        try {
            List<Long> seen = store.read(view -> {
                long before = view.lastSerial();
                try {
                    writer.submit(() -> other.transaction(tx -> {
                                tx.setLastSerial(77);
                                return tx;
                            }))
                            .get();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                return List.of(before, view.lastSerial());
            });
            assertThat(seen).containsExactly(0L, 0L);
            long after = store.read(view -> view.lastSerial());
            assertThat(after).isEqualTo(77);
        } finally {
            writer.shutdownNow();
        }
    }

    @Test
    void makesChangesOneAtATimeWhicheverProcessMakesThem() throws Exception {
        inParallel(used -> {
            for (int i = 0; i < CHANGES; i++) {
                used.transaction(tx -> {
                    tx.setLastSerial(tx.lastSerial() + 1);
                    return tx;
                });
            }
            return used;
        });
        long serial = store.read(view -> view.lastSerial());
        assertThat(serial).isEqualTo(THREADS * CHANGES);
    }

    @Test
    void letsASecretBeUsedOnceWhicheverProcessIsCalled() throws Exception {
        issue(store, CLIENT, "pem", 1);
        Secret first = secret(RandomGenerator.getDefault());
        store.sessions(tx -> {
            tx.storeSessions(CLIENT, ServerSessions.NONE.hello(first, PROTOCOL));
            return tx;
        });
        Secret secret = first;
        for (int round = 0; round < CHANGES; round++) {
            Secret used = secret;
            CountDownLatch together = new CountDownLatch(THREADS);
            List<Optional<ServerSessions.Authenticated>> calls = inParallel(process -> {
                together.countDown();
                return use(process, used);
            });
            assertThat(calls.stream().filter(Optional::isPresent)).hasSize(1);
            secret = next(used);
        }
        assertThat(states(other)).containsExactly(secret);
    }

    @Test
    void decidesAboutOffersAsIfEachHadBeenWrittenAtItsTime() {
        issue(store, CLIENT, "pem", 1);
        Seeds.forEach(30, (seed, random) -> {
            store.sessions(tx -> {
                tx.storeSessions(CLIENT, ServerSessions.NONE.hello(secret(random), 1));
                return tx;
            });
            ServerSessions model = store.sessions(tx -> tx.sessions(CLIENT));
            List<Secret> known = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                if (known.isEmpty() || random.nextInt(3) > 0) {
                    Secret offered = secret(random);
                    known.add(offered);
                    store.offer(new Offer(CLIENT, "pem", offered, PROTOCOL));
                    model = model.hello(offered, PROTOCOL);
                } else {
                    Secret tried = known.get(random.nextInt(known.size()));
                    Optional<ServerSessions.Authenticated> expected =
                            model.authenticate(TARGET, new RpcSession(tried).sign(TARGET));
                    assertThat(use(store, tried).isPresent()).isEqualTo(expected.isPresent());
                    model = expected.map(ServerSessions.Authenticated::remaining)
                            .orElse(model);
                    if (expected.isPresent()) {
                        known.add(next(tried));
                    }
                }
                assertThat(states(store))
                        .isEqualTo(model.sessions().stream()
                                .map(session -> session.state().secret())
                                .toList());
            }
        });
    }

    @Test
    void keepsTheFirstOfferToAStranger() {
        issue(store, CLIENT, "pem", 1);
        Secret first = secret(RandomGenerator.getDefault());
        Secret second = secret(RandomGenerator.getDefault());
        Secret third = secret(RandomGenerator.getDefault());
        for (Secret offered : List.of(first, second, third)) {
            store.offer(new Offer(CLIENT, "pem", offered, PROTOCOL));
        }
        assertThat(states(store)).containsExactly(first, third);
    }

    @Test
    void offersNothingToSomebodyWithAnotherCertificate() {
        issue(store, CLIENT, "pem", 1);
        Secret offered = secret(RandomGenerator.getDefault());
        store.offer(new Offer(CLIENT, "pem", offered, PROTOCOL));
        store.transaction(tx -> {
            tx.freeBlock(CLIENT);
            return tx;
        });
        assertThat(use(store, offered)).isEmpty();
        store.offer(new Offer(CLIENT, "pem", offered, PROTOCOL));
        issue(store, CLIENT, "another", 2);
        assertThat(use(store, offered)).isEmpty();
        Secret good = secret(RandomGenerator.getDefault());
        store.offer(new Offer(CLIENT, "pem", offered, PROTOCOL));
        store.offer(new Offer(CLIENT, "another", good, PROTOCOL));
        assertThat(use(store, offered)).isEmpty();
        assertThat(use(store, good)).isPresent();
    }

    @Test
    void givesSerialsAndPrefixesOnceWhicheverProcessGivesThem() throws Exception {
        store.transaction(tx -> {
            tx.renameBlock(Prefix.EMPTY, Prefix.ofBits("0"));
            tx.addBlock(Prefix.ofBits("1"));
            return tx;
        });
        List<List<Long>> given = inParallel(used -> {
            List<Long> serials = new ArrayList<>();
            for (int i = 0; i < CHANGES; i++) {
                serials.add(used.transaction(tx -> {
                    long serial = tx.lastSerial() + 1;
                    tx.setLastSerial(serial);
                    Prefix block =
                            tx.longestFreeBlock(Prefix.EMPTY, 1 + (int) serial).orElseThrow();
                    Prefix taken = block.child(true);
                    tx.renameBlock(block, taken.sibling());
                    tx.addBlock(taken);
                    tx.storeCertificate(new CertificateRow(
                            taken, "pem" + serial, serial, OptionalLong.of(tx.lowestFreeSubjectSerial()), serial));
                    return serial;
                }));
            }
            return serials;
        });
        TreeSet<Long> serials = new TreeSet<>();
        given.forEach(serials::addAll);
        assertThat(serials).hasSize(THREADS * CHANGES);
        List<NodeRow> nodes = store.read(view -> view.nodes());
        assertThat(nodes).hasSize(THREADS * CHANGES);
        assertThat(nodes.stream()
                        .map(node -> node.subjectSerial().orElseThrow())
                        .distinct())
                .hasSize(THREADS * CHANGES);
    }
}
