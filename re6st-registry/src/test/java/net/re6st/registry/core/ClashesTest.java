package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;
import net.re6st.cli.Failure;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateRequest;
import net.re6st.crypto.DistinguishedName;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.port.Actor;
import net.re6st.registry.port.AuditRow;
import net.re6st.registry.port.ClashRow;
import net.re6st.registry.port.ReplacedSession;
import net.re6st.registry.port.SessionTx;
import net.re6st.rpc.RegistryApi;
import net.re6st.rpc.RpcSession;
import net.re6st.testing.Seeds;
import net.re6st.testing.Vectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What machines do with one certificate, from which addresses, and what the registry makes of it. */
class ClashesTest {
    private static final String LOOPBACK = "127.0.0.1";
    private static final String HERE = "192.0.2.1";
    private static final String THERE = "198.51.100.9";
    private static final long HOUR = 3600;
    private static final RsaPrivateKey KEY = RsaPrivateKey.generate(2048, new SecureRandom());

    @TempDir
    private Path directory;

    private RecordedRegistry world;
    private long now = 1_000_000;
    private Prefix node;

    @BeforeEach
    void start() throws Failure {
        world = new RecordedRegistry(
                Vectors.objects(Vectors.json("registry_rpc.json").get("scenarios"))
                        .get(0)
                        .getAsJsonObject("ca"),
                directory.resolve("registry.db"));
        open();
        Answer pem = get(RegistryApi.REQUEST_CERTIFICATE.target("", request(KEY)), HERE, Optional.empty());
        node = Certificate.ofPem(pem.body().toLatin1())
                .flatMap(Certificate::prefix)
                .orElseThrow();
    }

    private void open() throws Failure {
        world.open();
        world.start(
                new RegistrySettings(
                        16,
                        OptionalInt.of(16),
                        true,
                        Communities.NONE,
                        new Origins(Set.of(LOOPBACK), Set.of(LOOPBACK), Set.of()),
                        8_640_000,
                        new NetworkOptions(Optional.empty(), List.of(), 10, false, 15, 20, 1, 300),
                        "dh",
                        Optional.empty()),
                Optional.empty());
        world.registry.start(RecordedRegistry.at((double) now));
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private static String request(RsaPrivateKey key) {
        return CertificateRequest.create(DistinguishedName.EMPTY, key).pem();
    }

    private Answer get(String target, String from, Optional<String> mac) {
        Caller caller = Caller.of(LOOPBACK, name -> name.equals("X-Forwarded-For") ? List.of(from) : List.of());
        return world.dispatch.answer(new RpcRequest("GET", target, mac, caller), RecordedRegistry.at((double) now));
    }

    /** A machine with the certificate, which calls as a node does. */
    private final class Machine {
        private @Nullable RpcSession session;

        /** A call; if the session is not known any more, with another one. */
        void call(String from) {
            if (session == null || !tries(from)) {
                hello(from);
                assertThat(tries(from)).isTrue();
            }
        }

        void hello(String from) {
            Bytes body = get(RegistryApi.HELLO.target(node.bits(), "10"), from, Optional.empty())
                    .body();
            session = KEY.decrypt(body.slice(0, body.size() / 2))
                    .flatMap(Secret::of)
                    .map(RpcSession::new)
                    .orElseThrow();
        }

        boolean tries(String from) {
            String target = RegistryApi.GET_DH.target(node.bits());
            RpcSession current = session;
            assertThat(current).isNotNull();
            session = current.next();
            return get(target, from, Optional.of(RpcSession.headerValue(current.sign(target))))
                    .isSuccess();
        }
    }

    private List<ClashRow> certain() {
        return world.store().read(view -> Clashes.certain(view, now));
    }

    private List<AuditRow> audited() {
        return world.store().read(view -> view.auditAfter(0, 1000).stream()
                .filter(row -> row.act().equals("clone-suspected"))
                .toList());
    }

    @Test
    void twoMachinesThatCallInTurnAreSeenTheSecondTime() {
        Machine original = new Machine();
        Machine copy = new Machine();
        original.call(HERE);
        now += HOUR;
        copy.call(THERE);
        now += HOUR;
        original.call(HERE);
        assertThat(certain()).isEmpty();
        now += HOUR;
        copy.call(THERE);
        assertThat(certain()).containsExactly(new ClashRow(node, 2, now, THERE, HERE));
        now += HOUR;
        original.call(HERE);
        assertThat(certain()).containsExactly(new ClashRow(node, 3, now, HERE, THERE));
        assertThat(audited()).singleElement().satisfies(row -> assertThat(
                        row.target() + ": " + row.detail() + ", " + row.actor())
                .isEqualTo(node.cn() + ": two machines use the certificate, and call from " + THERE + " and " + HERE
                        + ", " + Actor.node(node, THERE)));
    }

    @Test
    void theyMayBeBehindOneAddress() {
        Machine original = new Machine();
        Machine copy = new Machine();
        for (int i = 0; i < 2; i++) {
            original.call(HERE);
            now += HOUR;
            copy.call(HERE);
            now += HOUR;
        }
        assertThat(certain()).hasSize(1);
    }

    @Test
    void aRestartOfTheRegistryForgetsNothing() throws Failure {
        Machine original = new Machine();
        Machine copy = new Machine();
        for (int i = 0; i < 3; i++) {
            for (Machine machine : List.of(original, copy)) {
                now += HOUR;
                machine.call(HERE);
                world.store().close();
                open();
            }
        }
        assertThat(certain()).hasSize(1);
    }

    /** It is restarted, moves between addresses as it likes, renews its certificate, loses answers: but it is one. */
    @Test
    void oneMachineIsNeverTwo() {
        Seeds.forEach(20, (seed, random) -> {
            Machine machine = new Machine();
            for (int i = 0; i < 100; i++) {
                String from =
                        random.nextBoolean() ? HERE : random.nextBoolean() ? THERE : "2001:db8::" + random.nextInt(9);
                act(machine, from, random);
                now += random.nextInt(1000);
            }
            assertThat(certain()).as("seed " + seed).isEmpty();
            boolean clashed = world.store().read(view -> view.clash(node)).isPresent();
            assertThat(clashed).as("seed " + seed).isFalse();
        });
    }

    private void act(Machine machine, String from, RandomGenerator random) {
        switch (random.nextInt(6)) {
            case 0 -> machine.session = null;
            case 1 -> get(RegistryApi.HELLO.target(node.bits(), "10"), THERE, Optional.empty());
            case 2 -> {
                // The answer is lost: the call is made again, with another session.
                machine.call(from);
                machine.session = null;
                machine.call(from);
            }
            case 3 -> {
                // The request never arrives.
                machine.session = machine.session == null ? null : machine.session.next();
                machine.session = null;
            }
            case 4 -> {
                String target = RegistryApi.RENEW_CERTIFICATE.target(node.bits());
                machine.hello(from);
                RpcSession current = machine.session;
                machine.session = current.next();
                get(target, from, Optional.of(RpcSession.headerValue(current.sign(target))));
            }
            default -> machine.call(from);
        }
    }

    @Test
    void aRequestThatWasOvertakenDoesNotCount() {
        long late = RegistrySettings.USUALLY_OVERTAKEN.toSeconds() - 1;
        List<RpcSession> overtaken = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Machine machine = new Machine();
            machine.call(HERE);
            overtaken.add(java.util.Objects.requireNonNull(machine.session));
            new Machine().call(HERE);
            now += late;
            machine.tries(HERE);
        }
        assertThat(certain()).isEmpty();
        boolean clashed = world.store().read(view -> view.clash(node)).isPresent();
        assertThat(clashed).isFalse();
        // Nor does it when the same one comes once more.
        now += HOUR;
        for (RpcSession session : overtaken) {
            Machine again = new Machine();
            again.session = session;
            assertThat(again.tries(HERE)).isFalse();
        }
        clashed = world.store().read(view -> view.clash(node)).isPresent();
        assertThat(clashed).isFalse();
    }

    @Test
    void aCallThatComesOnceMoreDoesNotCount() {
        Machine machine = new Machine();
        machine.call(HERE);
        RpcSession used = java.util.Objects.requireNonNull(machine.session);
        machine.call(HERE);
        now += HOUR;
        Machine again = new Machine();
        again.session = used;
        assertThat(again.tries(HERE)).isFalse();
        boolean clashed = world.store().read(view -> view.clash(node)).isPresent();
        assertThat(clashed).isFalse();
    }

    @Test
    void nobodyElseCanMakeANodeSuspect() {
        Machine original = new Machine();
        original.call(HERE);
        for (int i = 0; i < 20; i++) {
            now += HOUR;
            get(RegistryApi.HELLO.target(node.bits(), "10"), THERE, Optional.empty());
            String target = RegistryApi.GET_DH.target(node.bits());
            RpcSession foreign = new RpcSession(Secret.random(new SecureRandom()));
            get(target, THERE, Optional.of(RpcSession.headerValue(foreign.sign(target))));
            original.call(HERE);
        }
        boolean clashed = world.store().read(view -> view.clash(node)).isPresent();
        assertThat(clashed).isFalse();
    }

    /** Its prefix can't be given up, so it can't be revoked by CN. */
    @Test
    void saysWhatCanBeDoneAboutTheRegistrysOwnNode() {
        assertThat(warnings()).singleElement().asString().contains("stop the machine that is a copy");
        world.store().transaction(tx -> {
            tx.setRegistryPrefix(Prefix.ofBits("1"));
            tx.forgetClash(node);
            return tx;
        });
        assertThat(warnings()).singleElement().asString().contains("(re6st-registry revoke " + node.cn() + ")");
    }

    private List<String> warnings() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Clashes.class);
        log.start();
        logger.addAppender(log);
        Machine original = new Machine();
        Machine copy = new Machine();
        for (int i = 0; i < 3; i++) {
            original.call(HERE);
            now += HOUR;
            copy.call(THERE);
            now += HOUR;
        }
        logger.detachAppender(log);
        return log.list.stream()
                .filter(event -> event.getLevel().equals(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Test
    void isForgottenAfterAWhileAndWithTheCertificate() {
        Machine original = new Machine();
        Machine copy = new Machine();
        for (int i = 0; i < 2; i++) {
            original.call(HERE);
            now += HOUR;
            copy.call(THERE);
            now += HOUR;
        }
        assertThat(certain()).hasSize(1);
        now += Clashes.REMEMBERED.toSeconds();
        assertThat(certain()).isEmpty();
        original.call(HERE);
        assertThat(certain()).as("the count begins anew").isEmpty();
        now += HOUR;
        copy.call(THERE);
        assertThat(certain()).hasSize(1);
        Occasion occasion = new Occasion(Actor.command("root"), RecordedRegistry.at((double) now));
        assertThat(world.registry.administration().revoke("1", occasion).status())
                .isEqualTo(204);
        assertThat(certain()).isEmpty();
        now += HOUR;
        original.call(HERE);
        now += HOUR;
        copy.call(THERE);
        assertThat(certain()).hasSize(1);
        // The prefix of a node that is revoked may be given to another one.
        world.store().transaction(tx -> {
            tx.freeBlock(node);
            return tx;
        });
        boolean clashed = world.store().read(view -> view.clash(node)).isPresent();
        assertThat(clashed).isFalse();
        List<ReplacedSession> left = world.store().sessions(tx -> tx.replaced(node));
        assertThat(left).isEmpty();
    }

    @Test
    void keepsTheLastFewReplacedSessionsOfANode() {
        for (int i = 0; i < 3 * SessionTx.MAX_REPLACED; i++) {
            new Machine().call(HERE);
            now += i % 3 == 0 ? 0 : HOUR;
        }
        List<ReplacedSession> kept = world.store().sessions(tx -> tx.replaced(node));
        assertThat(kept).hasSize(SessionTx.MAX_REPLACED);
        assertThat(kept.get(0).replacedUnixSeconds()).isGreaterThan(now - 2 * HOUR);
    }
}
