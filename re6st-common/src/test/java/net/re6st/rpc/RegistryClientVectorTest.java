package net.re6st.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.CertificateRequest;
import net.re6st.crypto.Credentials;
import net.re6st.net.Bytes;
import net.re6st.testing.KeyFacts;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.Test;

/** Replays registry_client.json: our client gets the recorded answers and must send the recorded requests. */
class RegistryClientVectorTest {
    private static final String USER_AGENT = "re6stnet/0-1.gvector, VectorOS-1.0";
    private static final int PROTOCOL = 10;

    private final JsonObject file = Vectors.json("registry_client.json");

    @Test
    void sendsWhatTheOriginalSends() {
        assertThat(Vectors.unknownKeys(file, List.of("about", "scenarios"))).isEmpty();
        Vectors.forEach(file, "scenarios", RegistryClientVectorTest::replay);
    }

    private static void replay(JsonObject scenario) {
        assertThat(Vectors.unknownKeys(scenario, List.of("title", "url", "ca", "node", "calls")))
                .isEmpty();
        Wire wire = new Wire();
        RegistryUrl url = RegistryUrl.parse(scenario.get("url").getAsString()).orElseThrow();
        CertificateAuthority authority =
                CertificateAuthority.ofPem(scenario.get("ca").getAsString()).orElseThrow();
        Registries registries = new Registries(List.of(new Registries.Site(url, wire)), 0, () -> 0, index -> {});
        RegistryClient client = RegistryClient.of(registries, USER_AGENT, duration -> {});
        if (Vectors.has(scenario, "node")) {
            JsonObject node = scenario.getAsJsonObject("node");
            assertThat(Vectors.unknownKeys(node, List.of("prefix", "cert", "key")))
                    .isEmpty();
            Credentials own = Credentials.ofPem(
                            node.get("cert").getAsString(), node.get("key").getAsString())
                    .orElseThrow();
            KeyFacts.checked(node.get("key").getAsString());
            assertThat(own.prefix().bits()).isEqualTo(node.get("prefix").getAsString());
            assertThat(authority.network().maxPrefixLength())
                    .isGreaterThanOrEqualTo(own.prefix().length());
            client = client.as(authority, own, PROTOCOL);
        }
        Vectors.forEach(scenario, "calls", new Caller(client, authority, wire)::replayCall);
    }

    /** Makes the recorded calls. */
    private record Caller(RegistryClient client, CertificateAuthority authority, Wire wire) {
        void replayCall(JsonObject recorded) {
            if (recorded.has("do")) {
                assertThat(recorded.toString()).isEqualTo("{\"do\":\"the registry forgets all sessions\"}");
                return;
            }
            List<String> known = List.of(
                    "call",
                    "arguments",
                    "secret_before",
                    "secret_after",
                    "returns_hex",
                    "raises",
                    "raises_args",
                    "exchanges");
            assertThat(Vectors.unknownKeys(recorded, known)).isEmpty();
            RegistryApi method =
                    RegistryApi.named(recorded.get("call").getAsString()).orElseThrow();
            assertThat(secret()).isEqualTo(text(recorded, "secret_before"));
            wire.expect(Vectors.objects(recorded.get("exchanges")));
            if (method == RegistryApi.REQUEST_CERTIFICATE) {
                String request = recorded.getAsJsonArray("arguments").get(1).getAsString();
                assertThat(CertificateRequest.ofPem(request)).isPresent();
            }
            if (text(recorded, "raises").equals(Optional.of("TypeError"))) {
                assertThat(refusesArguments(method, recorded)).isTrue();
                assertThat(recorded.has("raises_args")).isFalse();
            } else {
                compare(recorded, client.call(method, arguments(method, recorded)), method);
            }
            assertThat(wire.expected).as("exchanges not made").isEmpty();
            assertThat(secret()).isEqualTo(text(recorded, "secret_after"));
        }

        private void compare(JsonObject recorded, RegistryAnswer answer, RegistryApi method) {
            if (answer instanceof RegistryAnswer.Refused refused) {
                assertThat(recorded.get("raises").getAsString()).isEqualTo("HTTPError");
                assertThat(recorded.get("raises_args").toString()).isEqualTo("[403,\"" + refused.reason() + "\"]");
                assertThat(recorded.has("returns_hex")).isFalse();
                return;
            }
            assertThat(recorded.has("raises")).isFalse();
            assertThat(answer.result().map(Bytes::toHex)).isEqualTo(text(recorded, "returns_hex"));
            if (method == RegistryApi.HELLO) {
                Bytes body = answer.result().orElseThrow();
                int half = body.size() / 2;
                assertThat(authority.verify(body.slice(0, half), body.from(half)))
                        .isTrue();
            }
            if (method == RegistryApi.GET_CA) {
                assertThat(answer.result().orElseThrow().toLatin1())
                        .isEqualTo(authority.certificate().pem());
            }
        }

        private boolean refusesArguments(RegistryApi method, JsonObject recorded) {
            try {
                client.call(method, arguments(method, recorded));
                return false;
            } catch (IllegalArgumentException e) {
                return true;
            }
        }

        private Optional<String> secret() {
            return client.secret().map(secret -> secret.bytes().toHex());
        }
    }

    private static String[] arguments(RegistryApi method, JsonObject recorded) {
        List<String> values = new ArrayList<>();
        for (JsonElement argument : recorded.getAsJsonArray("arguments")) {
            if (argument.isJsonObject()) {
                JsonObject keywords = argument.getAsJsonObject();
                for (RegistryApi.Argument one : method.arguments()
                        .subList(values.size(), method.arguments().size())) {
                    values.add(text(keywords, one.name()).or(one::defaultValue).orElseThrow());
                }
                assertThat(method.arguments().stream().map(RegistryApi.Argument::name))
                        .containsAll(keywords.keySet());
            } else {
                values.add(argument.isJsonNull() ? null : argument.getAsString());
            }
        }
        return values.toArray(new String[0]);
    }

    private static Optional<String> text(JsonObject object, String key) {
        return Vectors.has(object, key) ? Optional.of(object.get(key).getAsString()) : Optional.empty();
    }

    /** Compares each request with the recorded one and gives the recorded answer. */
    private static final class Wire implements Registries.Transport {
        private final Deque<JsonObject> expected = new ArrayDeque<>();
        private String errorFrame;

        void expect(List<JsonObject> exchanges) {
            expected.addAll(exchanges);
        }

        @Override
        public InputStream exchange(Bytes request, Duration limit) {
            JsonObject exchange = expected.remove();
            assertThat(Vectors.unknownKeys(
                            exchange, List.of("request_line", "request_headers", "response_head", "response_body_hex")))
                    .isEmpty();
            StringBuilder recorded =
                    new StringBuilder(exchange.get("request_line").getAsString()).append("\r\n");
            Vectors.rows(exchange.get("request_headers")).forEach(header -> {
                assertThat(header).hasSize(2);
                recorded.append(header.get(0).getAsString())
                        .append(": ")
                        .append(header.get(1).getAsString())
                        .append("\r\n");
            });
            assertThat(request.toLatin1()).isEqualTo(recorded + "\r\n");
            return new ByteArrayInputStream(answer(exchange).toArray());
        }

        /** Not part of the protocol, but recorded: all error pages are the same but for what they tell. */
        private void checkErrorPage(String statusLine, String page) {
            if (statusLine.startsWith("HTTP/1.0 4")) {
                String[] status = statusLine.substring("HTTP/1.0 ".length()).split(" ", 2);
                assertThat(page).contains(": " + status[0] + "<", ": " + status[1] + ".");
                String frame = page.replaceAll("<p>.*</p>", "");
                assertThat(frame).isEqualTo(errorFrame == null ? frame : errorFrame);
                errorFrame = frame;
            }
        }

        private Bytes answer(JsonObject exchange) {
            Bytes body = Bytes.ofHex(exchange.get("response_body_hex").getAsString());
            StringBuilder head = new StringBuilder();
            List<String> lines = Vectors.strings(exchange.get("response_head"));
            assertThat(lines.get(0)).matches("HTTP/1\\.0 (200 OK|204 No Content|4[0-9]{2} [A-Z][A-Za-z ]+)");
            checkErrorPage(lines.get(0), body.toLatin1());
            for (String line : lines.subList(1, lines.size())) {
                assertThat(line)
                        .matches("Content-Length: " + body.size()
                                + "|Server: BaseHTTP/0.6 Python/3\\.11\\.2"
                                + "|Date: [A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT"
                                + "|Connection: close|Content-Type: text/html;charset=utf-8"
                                + "|Re6stHMAC: [A-Za-z0-9+/]{27}=");
            }
            lines.forEach(line -> head.append(line).append("\r\n"));
            return Bytes.ofLatin1(head + "\r\n").plus(body);
        }
    }
}
