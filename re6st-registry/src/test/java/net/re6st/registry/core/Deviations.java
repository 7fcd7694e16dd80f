package net.re6st.registry.core;

import com.google.gson.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.re6st.crypto.CertificateRequest;
import net.re6st.net.Prefix;
import net.re6st.rpc.RegistryApi;
import net.re6st.rpc.RpcSession;
import net.re6st.testing.Vectors;

/** Where this registry answers otherwise than the recorded one, and what is expected of it there. */
final class Deviations {
    private static final int NO_ANSWER = 0;

    private final Map<String, String> issuedTo;

    Deviations(Map<String, String> issuedTo) {
        this.issuedTo = issuedTo;
    }

    /** The request, with what the original took from the Host header where a proxy would put it. */
    RpcRequest request(JsonObject exchange) {
        JsonObject request = exchange.getAsJsonObject("request");
        List<String> forwarded = RecordedResponse.requestHeaders(exchange, "X-Forwarded-For");
        boolean fromHost = exchange.has("note")
                && exchange.get("note").getAsString().startsWith("no X-Forwarded-For: the Host header");
        if (fromHost) {
            forwarded = RecordedResponse.requestHeaders(exchange, "Host");
        }
        List<String> forwardedFor = forwarded;
        return new RpcRequest(
                request.get("method").getAsString(),
                request.get("target").getAsString(),
                RecordedResponse.requestHeader(exchange, RpcSession.HEADER),
                Caller.of(
                        "127.0.0.1",
                        name -> name.equals("X-Forwarded-For")
                                ? forwardedFor
                                : RecordedResponse.requestHeaders(exchange, name)));
    }

    static Map<String, String> arguments(JsonObject exchange) {
        String target = exchange.getAsJsonObject("request").get("target").getAsString();
        return RpcTarget.of(target)
                .flatMap(parsed -> parsed.method().flatMap(parsed::arguments))
                .orElseGet(HashMap::new);
    }

    private static Optional<RegistryApi> method(JsonObject exchange) {
        return RpcTarget.of(exchange.getAsJsonObject("request").get("target").getAsString())
                .flatMap(RpcTarget::method);
    }

    int status(JsonObject exchange, int recorded) {
        Map<String, String> arguments = arguments(exchange);
        if (isRepeatedToken(exchange, recorded)) {
            return Answer.OK;
        }
        if (recorded == Answer.OK
                && arguments.containsKey("cn")
                && arguments.get("cn").isEmpty()) {
            return Answer.NOT_FOUND;
        }
        if (recorded != Answer.SERVER_ERROR && recorded != NO_ANSWER) {
            return recorded;
        }
        return switch (method(exchange).orElseThrow()) {
            case HELLO -> Answer.BAD_REQUEST;
            case REQUEST_CERTIFICATE ->
                CertificateRequest.ofPem(arguments.get("req")).isEmpty()
                                || !arguments.get("location").isEmpty()
                        ? Answer.BAD_REQUEST
                        : Answer.FORBIDDEN;
            case REVOKE -> revoke(exchange, arguments.get("cn_or_serial"));
            case GET_NETWORK_CONFIG -> Answer.OK;
            default -> throw new AssertionError("unexpected error of the original: " + exchange);
        };
    }

    /** What was revoked already is revoked; what never existed is not found; the rest is no serial. */
    private static int revoke(JsonObject exchange, String what) {
        if (what.contains("/")) {
            return Prefix.parseCn(what).isPresent() ? Answer.NO_CONTENT : Answer.BAD_REQUEST;
        }
        if (!what.matches("[0-9]+")) {
            return Answer.BAD_REQUEST;
        }
        boolean revoked = Vectors.rows(exchange.getAsJsonObject("db_after").get("crl")).stream()
                .anyMatch(row -> row.get(0).getAsString().equals(what));
        return revoked ? Answer.NO_CONTENT : Answer.NOT_FOUND;
    }

    static String key(CertificateRequest request) {
        return request.publicKey().getModulus().toString(16);
    }

    private Optional<String> issued(JsonObject exchange) {
        if (method(exchange).filter(RegistryApi.REQUEST_CERTIFICATE::equals).isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> arguments = arguments(exchange);
        return Optional.ofNullable(arguments.get("req"))
                .flatMap(CertificateRequest::ofPem)
                .map(request -> issuedTo.get(arguments.get("token") + key(request)));
    }

    /** A token that was used by the same key: ours gives the certificate once more. */
    boolean isRepeatedToken(JsonObject exchange, int recorded) {
        return recorded == Answer.NO_CONTENT && issued(exchange).isPresent();
    }

    String earlierCertificate(JsonObject exchange) {
        return issued(exchange).orElseThrow();
    }

    /** The original loses the token of a request that fails. */
    boolean losesToken(JsonObject exchange, int recorded) {
        return recorded == Answer.SERVER_ERROR
                && method(exchange)
                        .filter(RegistryApi.REQUEST_CERTIFICATE::equals)
                        .isPresent()
                && !arguments(exchange).get("token").isEmpty();
    }

    void forgetToken(JsonObject exchange, RecordedDatabase database) {
        database.execute(
                "DELETE FROM token WHERE token = ?", arguments(exchange).get("token"));
    }
}
