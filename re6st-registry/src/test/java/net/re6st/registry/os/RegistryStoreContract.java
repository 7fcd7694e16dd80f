package net.re6st.registry.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.port.Actor;
import net.re6st.registry.port.AuditRow;
import net.re6st.registry.port.CertificateRow;
import net.re6st.registry.port.ClashRow;
import net.re6st.registry.port.IssuedRow;
import net.re6st.registry.port.NodeRow;
import net.re6st.registry.port.SupersededRow;
import net.re6st.registry.port.TokenRow;
import net.re6st.rpc.RpcSession;
import net.re6st.rpc.ServerSessions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every store of the registry keeps to, whatever holds its database; also when two processes use it. */
abstract class RegistryStoreContract {
    static final Prefix CLIENT = Prefix.ofBits("0101");
    static final Prefix OTHER = Prefix.ofBits("0110");
    static final String TARGET = "/getDh?cn=0101";
    static final int PROTOCOL = 10;

    @TempDir
    private Path directory;

    OpenStore store;

    /** What another process has of the same database. */
    OpenStore other;

    private final Engine engine;

    RegistryStoreContract(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void open() throws Exception {
        Database database = engine.make(directory);
        store = database.openStore(80, CertificateRows::read);
        other = database.openStore(80, CertificateRows::read);
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
            other.close();
        }
    }

    static void issue(OpenStore store, Prefix prefix, String pem, long serial) {
        store.transaction(tx -> {
            if (tx.takenBlockAround(prefix).isEmpty()
                    && tx.freeBlocks().stream().noneMatch(prefix::equals)) {
                tx.addBlock(prefix);
            }
            tx.storeCertificate(
                    new CertificateRow(prefix, pem, serial, OptionalLong.of(serial - 1), 4_000_000_000L + serial));
            return tx;
        });
    }

    static Secret secret(RandomGenerator random) {
        byte[] bytes = new byte[Secret.SIZE];
        random.nextBytes(bytes);
        return Secret.of(Bytes.copyOf(bytes)).orElseThrow();
    }

    /** By which the next call is authenticated. */
    static Secret next(Secret used) {
        return new RpcSession(used).next().secret();
    }

    static Optional<ServerSessions.Authenticated> use(OpenStore store, Secret secret) {
        Bytes mac = new RpcSession(secret).sign(TARGET);
        return store.sessions(tx -> {
            Optional<ServerSessions.Authenticated> call = tx.sessions(CLIENT).authenticate(TARGET, mac);
            call.ifPresent(authenticated -> tx.storeSessions(CLIENT, authenticated.remaining()));
            return call;
        });
    }

    static List<Secret> states(OpenStore store) {
        return store.sessions(tx -> tx.sessions(CLIENT)).sessions().stream()
                .map(session -> session.state().secret())
                .toList();
    }

    @Test
    void beginsWithOneFreeBlockAndNothingElse() {
        store.read(view -> {
            assertThat(view.freeBlocks()).containsExactly(Prefix.EMPTY);
            assertThat(view.registryPrefix()).isEmpty();
            assertThat(view.version()).isEmpty();
            assertThat(view.lastConfig()).isEmpty();
            assertThat(view.authority()).isEmpty();
            assertThat(view.lastSerial()).isZero();
            assertThat(view.validUntil()).isEmpty();
            assertThat(view.babelKey(0)).isEmpty();
            assertThat(view.tokens()).isEmpty();
            assertThat(view.nodes()).isEmpty();
            assertThat(view.auditHead()).isEmpty();
            assertThat(view.earliestTokenDate()).isEmpty();
            assertThat(view.earliestCertificateEnd()).isEmpty();
            assertThat(view.earliestRevokedEnd()).isEmpty();
            return view;
        });
        assertThat(store.bytes()).isPositive();
    }

    @Test
    void keepsWhatBelongsToTheNetwork() {
        store.transaction(tx -> {
            tx.setRegistryPrefix(CLIENT);
            tx.setVersion(Bytes.ofHex("00ff"));
            tx.setVersion(Bytes.ofHex("01ff"));
            tx.setLastConfig("{\"é\": 1}");
            tx.setAuthority("first");
            tx.setAuthority("second");
            tx.setLastSerial(41);
            tx.setLastSerial(5_000_000_000L);
            tx.setBabelKey(0, Optional.of(Bytes.ofHex("aa")));
            tx.setBabelKey(1, Optional.of(Bytes.ofHex("bb")));
            tx.setBabelKey(2, Optional.of(Bytes.EMPTY));
            tx.setBabelKey(1, Optional.empty());
            tx.setValidUntil(OptionalDouble.of(1.5));
            return tx;
        });
        other.read(view -> {
            assertThat(view.registryPrefix()).contains(CLIENT);
            assertThat(view.version()).contains(Bytes.ofHex("01ff"));
            assertThat(view.lastConfig()).contains("{\"é\": 1}");
            assertThat(view.authority()).contains("second");
            assertThat(view.lastSerial()).isEqualTo(5_000_000_000L);
            assertThat(view.babelKey(0)).contains(Bytes.ofHex("aa"));
            assertThat(view.babelKey(1)).isEmpty();
            assertThat(view.babelKey(2)).contains(Bytes.EMPTY);
            assertThat(view.validUntil()).hasValue(1.5);
            return view;
        });
        store.transaction(tx -> {
            tx.setValidUntil(OptionalDouble.empty());
            return tx;
        });
        OptionalDouble validUntil = other.read(view -> view.validUntil());
        assertThat(validUntil).isEmpty();
    }

    @Test
    void keepsTokensUntilTheyAreUsedOrTooOld() {
        IssuedRow issued = new IssuedRow("used", Bytes.ofHex("0102"), CLIENT, "pem", 30);
        store.transaction(tx -> {
            tx.addToken(new TokenRow("b", "two@example.org", 16, 20));
            tx.addToken(new TokenRow("a", "one@example.org", 8, 20));
            tx.addToken(new TokenRow("old", "three@example.org", 8, 10));
            tx.rememberIssued(new IssuedRow("used", Bytes.ofHex("00"), OTHER, "else", 1));
            tx.rememberIssued(issued);
            return tx;
        });
        assertThatThrownBy(() -> store.transaction(tx -> {
                    tx.addToken(new TokenRow("a", "again@example.org", 8, 20));
                    return tx;
                }))
                .isInstanceOf(StoreFailure.class)
                .hasMessageNotContaining("(a)");
        other.read(view -> {
            assertThat(view.tokens()).extracting(TokenRow::token).containsExactly("old", "a", "b");
            assertThat(view.token("a")).contains(new TokenRow("a", "one@example.org", 8, 20));
            assertThat(view.token("c")).isEmpty();
            assertThat(view.tokenCount()).isEqualTo(3);
            assertThat(view.tokensOfLength(1)).isEqualTo(2);
            assertThat(view.earliestTokenDate()).hasValue(10);
            assertThat(view.issued("used")).contains(issued);
            return view;
        });
        other.transaction(tx -> {
            tx.deleteToken("a");
            tx.deleteTokensMadeBy(10);
            assertThat(tx.tokens()).extracting(TokenRow::token).containsExactly("b");
            tx.deleteTokensMadeBy(29);
            assertThat(tx.earliestTokenDate()).hasValue(30);
            tx.deleteTokensMadeBy(30);
            assertThat(tx.issued("used")).isEmpty();
            return tx;
        });
    }

    @Test
    void takesTextThatNobodyWouldWrite() {
        String strange = "a\0b'\"\\ \u20ac \ud83d\ude00 \n";
        Optional<TokenRow> none = store.read(view -> view.token(strange));
        assertThat(none).isEmpty();
        store.transaction(tx -> {
            tx.addToken(new TokenRow(strange, strange, 16, 1));
            return tx;
        });
        Optional<TokenRow> found = store.read(view -> view.token(strange));
        assertThat(found).isPresent();
        assertThat(found.get().email().replace('\ufffd', '\0')).isEqualTo(strange);
    }

    @Test
    void findsBlocksInTheOrderOfTheirBits() {
        store.transaction(tx -> {
            tx.renameBlock(Prefix.EMPTY, Prefix.ofBits("1"));
            tx.addBlock(Prefix.ofBits("01"));
            tx.addBlock(Prefix.ofBits("001"));
            tx.addBlock(Prefix.ofBits("0001"));
            tx.addBlock(Prefix.ofBits("0000"));
            tx.reserveBlock(Prefix.ofBits("0000"));
            return tx;
        });
        other.read(view -> {
            assertThat(view.freeBlocks()).extracting(Prefix::bits).containsExactly("0001", "001", "01", "1");
            assertThat(view.longestFreeBlock(Prefix.EMPTY, 16)).contains(Prefix.ofBits("0001"));
            assertThat(view.longestFreeBlock(Prefix.EMPTY, 3)).contains(Prefix.ofBits("001"));
            assertThat(view.longestFreeBlock(Prefix.ofBits("1"), 3)).contains(Prefix.ofBits("1"));
            assertThat(view.longestFreeBlock(Prefix.ofBits("10"), 3)).isEmpty();
            assertThat(view.freeBlockAround(Prefix.ofBits("1011"))).contains(Prefix.ofBits("1"));
            assertThat(view.freeBlockAround(Prefix.ofBits("1"))).isEmpty();
            assertThat(view.takenBlockAround(Prefix.ofBits("00001"))).contains(Prefix.ofBits("0000"));
            assertThat(view.takenBlockAround(Prefix.ofBits("0001"))).isEmpty();
            return view;
        });
        store.transaction(tx -> {
            tx.deleteBlock(Prefix.ofBits("0000"));
            tx.deleteBlock(Prefix.ofBits("01"));
            return tx;
        });
        List<Prefix> free = store.read(view -> view.freeBlocks());
        assertThat(free).extracting(Prefix::bits).containsExactly("0001", "001", "1");
        Optional<Prefix> reserved = store.read(view -> view.takenBlockAround(Prefix.ofBits("0000")));
        assertThat(reserved).isPresent();
    }

    @Test
    void looksUpCertificatesByWhatIsInThem() {
        String pem = "x".repeat(200);
        issue(store, OTHER, pem + "2", 2);
        issue(store, CLIENT, pem + "1", 1);
        store.transaction(tx -> {
            tx.setEmail(CLIENT, Optional.of("a@example.org"));
            tx.setEmail(OTHER, Optional.of("a@example.org"));
            tx.revoke(2, 50);
            tx.revoke(2, 60);
            tx.revoke(1000, 40);
            tx.addSuperseded(new SupersededRow(7, CLIENT, 45));
            return tx;
        });
        other.read(view -> {
            assertThat(view.certificate(CLIENT))
                    .contains(new CertificateRow(CLIENT, pem + "1", 1, OptionalLong.of(0), 4_000_000_001L));
            assertThat(view.nodes())
                    .containsExactly(
                            new NodeRow(
                                    CLIENT, Optional.of("a@example.org"), 1, OptionalLong.of(0), 4_000_000_001L, false),
                            new NodeRow(
                                    OTHER, Optional.of("a@example.org"), 2, OptionalLong.of(1), 4_000_000_002L, true));
            assertThat(view.nodeCount()).isEqualTo(2);
            assertThat(view.prefixOfSerial(2)).contains(OTHER);
            // The one that was made first.
            assertThat(view.prefixOfEmail("a@example.org")).contains(OTHER);
            assertThat(view.earliestCertificateEnd()).hasValue(4_000_000_001L);
            assertThat(view.prefixesEndedBy(4_000_000_001L)).containsExactly(CLIENT);
            assertThat(view.revokedSerials()).containsExactly(2L, 1000L);
            assertThat(view.isRevoked(2)).isTrue();
            assertThat(view.isRevoked(1)).isFalse();
            assertThat(view.earliestRevokedEnd()).hasValue(40);
            assertThat(view.superseded(CLIENT)).containsExactly(new SupersededRow(7, CLIENT, 45));
            assertThat(view.superseded(7)).isPresent();
            return view;
        });
        store.transaction(tx -> {
            tx.deleteRevokedEndedBy(45);
            assertThat(tx.revokedSerials()).containsExactly(2L);
            assertThat(tx.superseded(7)).isEmpty();
            return tx;
        });
        assertThatThrownBy(() -> issue(store, Prefix.ofBits("0101").child(true), "pem", 1))
                .isInstanceOf(RuntimeException.class);
    }

    @Test
    void givesTheLowestSubjectSerialThatIsFree() {
        for (long serial = 1; serial <= 5; serial++) {
            Prefix prefix = Prefix.ofBits("1".repeat((int) serial) + "0");
            long expected = serial - 1;
            long lowest = store.transaction(tx -> tx.lowestFreeSubjectSerial());
            assertThat(lowest).isEqualTo(expected);
            issue(serial % 2 == 0 ? store : other, prefix, "pem" + serial, serial);
        }
        store.transaction(tx -> {
            tx.freeBlock(Prefix.ofBits("1110"));
            return tx;
        });
        long freed = other.transaction(tx -> tx.lowestFreeSubjectSerial());
        assertThat(freed).isEqualTo(2);
    }

    @Test
    void countsClashes() {
        ClashRow clash = new ClashRow(CLIENT, 3, 100, "a", "b");
        store.transaction(tx -> {
            tx.storeClash(new ClashRow(CLIENT, 1, 50, "c", "d"));
            tx.storeClash(clash);
            tx.storeClash(new ClashRow(OTHER, 1, 200, "e", "f"));
            return tx;
        });
        other.read(view -> {
            assertThat(view.clash(CLIENT)).contains(clash);
            assertThat(view.clashes(2, 100)).containsExactly(clash);
            assertThat(view.clashes(1, 101)).extracting(ClashRow::node).containsExactly(OTHER);
            return view;
        });
        store.transaction(tx -> {
            tx.forgetClash(CLIENT);
            return tx;
        });
        Optional<ClashRow> none = store.read(view -> view.clash(CLIENT));
        assertThat(none).isEmpty();
    }

    private static AuditRow row(long number) {
        return new AuditRow(number, 1, "act", "é", "detail", Actor.command("root"), Bytes.ofHex("0" + number));
    }

    @Test
    void addsToTheAuditLogOnly() {
        for (long number = 1; number <= 4; number++) {
            AuditRow added = row(number);
            store.transaction(tx -> {
                tx.appendAudit(added, Bytes.ofHex("ee"));
                return tx;
            });
        }
        other.read(view -> {
            assertThat(view.auditHead().orElseThrow().number()).isEqualTo(4);
            assertThat(view.auditHead().orElseThrow().hash()).isEqualTo(Bytes.ofHex("04"));
            assertThat(view.auditAfter(1, 2)).containsExactly(row(2), row(3));
            assertThat(view.auditBefore(Long.MAX_VALUE, 2)).containsExactly(row(4), row(3));
            return view;
        });
        assertThatThrownBy(() -> store.transaction(tx -> {
                    tx.appendAudit(row(4), Bytes.ofHex("ee"));
                    return tx;
                }))
                .isInstanceOf(StoreFailure.class);
    }

    @Test
    void undoesAChangeThatFails() {
        assertThatThrownBy(() -> store.transaction(tx -> {
                    tx.addToken(new TokenRow("t", "e", 16, 0));
                    throw new IllegalStateException("a bug");
                }))
                .hasMessage("a bug");
        Optional<TokenRow> token = store.read(view -> view.token("t"));
        assertThat(token).isEmpty();
        long serial = store.transaction(tx -> tx.lastSerial());
        assertThat(serial).isZero();
    }
}
