package net.re6st.lab.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.CertificateRequest;
import net.re6st.crypto.DistinguishedName;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.crypto.Secret;
import net.re6st.lab.LabException;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.rpc.RegistryApi;
import net.re6st.rpc.RpcSession;

/** What one client of the benchmark does: the calls of nodes, each answer verified. One thread. */
final class RegistryClientLoad {
    private static final int OK = 200;

    private final int port;
    private final String client;
    private final CertificateAuthority authority;
    private final RsaPrivateKey key;
    private @org.jspecify.annotations.Nullable String request;
    private final List<String> prefixes;
    private final Map<String, RpcSession> sessions = new HashMap<>();
    private int next;

    RegistryClientLoad(int port, CertificateAuthority authority, RsaPrivateKey key, List<String> prefixes) {
        this(port, authority, key, prefixes, Optional.empty());
    }

    /** Behind a proxy, which says that {@code client} asks. */
    RegistryClientLoad(
            int port,
            CertificateAuthority authority,
            RsaPrivateKey key,
            List<String> prefixes,
            Optional<String> client) {
        this.client = client.orElse("");
        this.port = port;
        this.authority = authority;
        this.key = key;
        this.prefixes = new ArrayList<>(prefixes);
    }

    private String prefix() {
        next = (next + 1) % prefixes.size();
        return prefixes.get(next);
    }

    void hello() throws IOException {
        hello(prefix());
    }

    private Bytes hello(String prefix) throws IOException {
        HttpCall.Result result = HttpCall.get(port, RegistryApi.HELLO.target(prefix, "10"), Optional.empty(), client);
        int half = result.body().size() / 2;
        Bytes sealed = result.body().slice(0, half);
        check(result.status() == OK && authority.verify(sealed, result.body().from(half)), "hello", result);
        return sealed;
    }

    private RpcSession session(Bytes sealed) {
        return key.decrypt(sealed)
                .flatMap(Secret::of)
                .map(RpcSession::new)
                .orElseThrow(() -> new LabException("hello: no secret"));
    }

    /** Says hello for the next prefix, whose session the next call uses if there is only one. */
    void openSession() throws IOException {
        String prefix = prefix();
        sessions.put(prefix, session(hello(prefix)));
    }

    void getCa() throws IOException {
        HttpCall.Result result = HttpCall.get(port, RegistryApi.GET_CA.target(), Optional.empty());
        check(result.body().toLatin1().equals(authority.certificate().pem()), "getCa", result);
    }

    void getNetworkConfig() throws IOException {
        check(authenticated(RegistryApi.GET_NETWORK_CONFIG).body().size() > 400, "getNetworkConfig", null);
    }

    void renewCertificate() throws IOException {
        Bytes body = authenticated(RegistryApi.RENEW_CERTIFICATE).body();
        check(body.toLatin1().startsWith("-----BEGIN CERTIFICATE-----"), "renewCertificate", null);
    }

    private HttpCall.Result authenticated(RegistryApi method) throws IOException {
        String prefix = prefix();
        RpcSession session = sessions.get(prefix);
        if (session == null) {
            session = session(hello(prefix));
        }
        String target = method.target(prefix);
        HttpCall.Result result = HttpCall.get(port, target, Optional.of(session.sign(target)), client);
        RpcSession used = session;
        check(
                result.status() == OK
                        && result.mac()
                                .filter(mac -> used.verifyAnswer(result.body(), mac))
                                .isPresent(),
                method.methodName(),
                result);
        sessions.put(prefix, session.next());
        return result;
    }

    void requestCertificate() throws IOException {
        requestPrefix();
    }

    /** The prefix of a new certificate. */
    Prefix requestPrefix() throws IOException {
        if (request == null) {
            request = RegistryApi.REQUEST_CERTIFICATE.target(
                    "", CertificateRequest.create(DistinguishedName.EMPTY, key).pem());
        }
        HttpCall.Result result = HttpCall.get(port, request, Optional.empty());
        Optional<Certificate> certificate = Certificate.ofPem(result.body().toLatin1());
        check(certificate.filter(this::isIssued).isPresent(), "requestCertificate", result);
        return certificate.flatMap(Certificate::prefix).orElseThrow();
    }

    private boolean isIssued(Certificate certificate) {
        net.re6st.net.Moment now =
                new net.re6st.net.Moment(0, certificate.notBefore().getEpochSecond() * 1_000_000);
        return authority.strict(certificate, now).isValid();
    }

    private static void check(boolean good, String what, HttpCall.@org.jspecify.annotations.Nullable Result result) {
        if (!good) {
            throw new LabException(what + ": wrong answer" + (result == null ? "" : ", status " + result.status()));
        }
    }
}
