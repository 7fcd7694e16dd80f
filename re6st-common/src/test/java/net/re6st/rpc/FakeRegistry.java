package net.re6st.rpc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.re6st.crypto.Certificates;
import net.re6st.crypto.Rsa;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;

/** A registry of the recorded network that knows its one node, and can be in any state. */
final class FakeRegistry implements Registries.Transport {
    private static final String HEAD = "HTTP/1.1 %s\r\nContent-Length: %d\r\n";

    private final String name;
    private final World world;
    private final Database database;
    State state = State.WELL;

    /** What a request meets. */
    enum State {
        WELL,
        /** Nobody listens. */
        GONE,
        /** Nothing comes back until the client gives up, and nothing was done. */
        SILENT,
        /** The same, but what was asked for was done. */
        MUTE,
        /** A proxy answers that there is nobody behind it. */
        BEHIND_A_PROXY,
        /** It waits for its database. */
        WAITING,
        /** Somebody else answers everything. */
        ANOTHER,
        /** It has a CA of its own. */
        OTHER_NETWORK,
        /** Does not know the node. */
        EMPTY
    }

    /** What all registries and the test see. */
    static final class World {
        final List<String> requests = new ArrayList<>();
        final List<Duration> limits = new ArrayList<>();
        long nanos;
    }

    /** Sessions, and what was done. */
    static final class Database {
        private ServerSessions sessions = ServerSessions.NONE;
        int certificates;
    }

    FakeRegistry(String name, World world, Database database) {
        this.name = name;
        this.world = world;
        this.database = database;
    }

    @Override
    public InputStream exchange(Bytes request, Duration limit) throws IOException {
        String text = request.toLatin1();
        String target = text.substring(text.indexOf('/'), text.indexOf(" HTTP/"));
        world.requests.add(name + " " + target.substring(1).split("\\?", 2)[0]);
        world.limits.add(limit);
        return switch (state) {
            case GONE -> throw new Registries.NotSentException("Connection refused");
            case SILENT -> throw silence(limit);
            case MUTE -> {
                answer(text, target);
                throw silence(limit);
            }
            case BEHIND_A_PROXY -> plain("502 Bad Gateway", "");
            case WAITING -> plain("503 Service Unavailable", "", "Retry-After: 3\r\n");
            case ANOTHER -> plain("200 OK", "please log in");
            case EMPTY -> plain("404 unknown prefix", "");
            default -> answer(text, target);
        };
    }

    private IOException silence(Duration limit) {
        world.nanos += limit.toNanos();
        return new SocketTimeoutException("Read timed out");
    }

    private InputStream answer(String text, String target) {
        if (target.startsWith("/hello?")) {
            Secret secret = Secret.random(new SecureRandom());
            Bytes sealed = Rsa.encrypt(
                    Certificates.credentials().certificate().publicKey(), secret.bytes(), new SecureRandom());
            database.sessions = database.sessions.hello(secret, 10);
            Bytes signature = state == State.OTHER_NETWORK
                    ? Certificates.credentials().sign(sealed)
                    : Certificates.authorityKey().sign(sealed);
            return plain("200 OK", sealed.plus(signature).toLatin1());
        }
        if (target.startsWith("/requestCertificate?")) {
            database.certificates++;
            return plain("200 OK", "certificate");
        }
        if (target.startsWith("/getCa") || target.startsWith("/requestToken")) {
            return plain("200 OK", "public");
        }
        Optional<ServerSessions.Authenticated> caller = text.lines()
                .filter(line -> line.startsWith(RpcSession.HEADER))
                .flatMap(line -> RpcSession.parseHeader(line.substring(line.indexOf(':') + 1)).stream())
                .findFirst()
                .flatMap(mac -> database.sessions.authenticate(target, mac));
        if (caller.isEmpty()) {
            return plain("401 no session", "");
        }
        database.sessions = caller.get().remaining();
        Bytes mac = caller.get().session().signAnswer(Bytes.ofLatin1("result"));
        return plain("200 OK", "result", RpcSession.HEADER + ": " + RpcSession.headerValue(mac) + "\r\n");
    }

    private static InputStream plain(String status, String body, String... headers) {
        String head = HEAD.formatted(status, body.length()) + String.join("", headers) + "\r\n";
        return new ByteArrayInputStream(Bytes.ofLatin1(head + body).toArray());
    }
}
