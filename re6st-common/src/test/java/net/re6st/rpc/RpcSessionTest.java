package net.re6st.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class RpcSessionTest {
    private static final String TARGET = "/getDh?cn=01";

    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void clientAndRegistryStayInStep() {
        Secret secret = Secret.random(random);
        RpcSession client = new RpcSession(secret);
        ServerSessions server = ServerSessions.NONE.hello(secret, 10);
        for (int i = 0; i < 5; i++) {
            ServerSessions.Authenticated call =
                    server.authenticate(TARGET, client.sign(TARGET)).orElseThrow();
            Bytes body = Bytes.ofLatin1("body " + i);
            assertThat(client.verifyAnswer(body, call.session().signAnswer(body)))
                    .isTrue();
            assertThat(client.verifyAnswer(Bytes.EMPTY, call.session().signAnswer(body)))
                    .isFalse();
            assertThat(call.protocol()).isEqualTo(10);
            server = call.remaining();
            client = client.next();
        }
    }

    @Test
    void aMacIsGoodOnce() {
        RpcSession client = new RpcSession(Secret.random(random));
        ServerSessions server = ServerSessions.NONE.hello(client.secret(), 10);
        Bytes mac = client.sign(TARGET);
        ServerSessions after = server.authenticate(TARGET, mac).orElseThrow().remaining();
        assertThat(after.authenticate(TARGET, mac)).isEmpty();
        assertThat(server.authenticate(TARGET + "&x=", mac)).isEmpty();
    }

    @Test
    void helloOfSomebodyElseDoesNotBreakARunningSession() {
        RpcSession client = new RpcSession(Secret.random(random));
        ServerSessions server = ServerSessions.NONE.hello(client.secret(), 10);
        for (int i = 0; i < 3; i++) {
            server = server.hello(Secret.random(random), 1);
        }
        assertThat(server.authenticate(TARGET, client.sign(TARGET))).isPresent();
    }

    @Test
    void usingOneSessionForgetsTheOther() {
        RpcSession first = new RpcSession(Secret.random(random));
        RpcSession second = new RpcSession(Secret.random(random));
        ServerSessions both = ServerSessions.NONE.hello(first.secret(), 7).hello(second.secret(), 10);
        ServerSessions.Authenticated used =
                both.authenticate(TARGET, second.sign(TARGET)).orElseThrow();
        assertThat(used.protocol()).isEqualTo(10);
        assertThat(used.remaining().authenticate(TARGET, first.sign(TARGET))).isEmpty();
        assertThat(used.remaining().authenticate(TARGET, second.next().sign(TARGET)))
                .isPresent();
    }

    @Test
    void laterHellosReplaceEachOther() {
        RpcSession second = new RpcSession(Secret.random(random));
        ServerSessions server = ServerSessions.NONE
                .hello(Secret.random(random), 10)
                .hello(second.secret(), 10)
                .hello(Secret.random(random), 10);
        assertThat(server.authenticate(TARGET, second.sign(TARGET))).isEmpty();
        assertThat(server.sessions()).hasSize(2);
    }

    @Test
    void readsHeadersOfAnyKind() {
        Seeds.forEach(10_000, (seed, chance) -> {
            byte[] bytes = new byte[chance.nextInt(40)];
            chance.nextBytes(bytes);
            String header =
                    chance.nextBoolean() ? Bytes.copyOf(bytes).toLatin1() : RpcSession.headerValue(Bytes.copyOf(bytes));
            RpcSession.parseHeader(header)
                    .ifPresent(mac -> assertThat(mac.size()).isEqualTo(20));
        });
        Bytes mac = Secret.random(random).bytes();
        assertThat(RpcSession.parseHeader(RpcSession.headerValue(mac))).contains(mac);
    }
}
