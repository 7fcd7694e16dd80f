package net.re6st.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.re6st.net.Bytes;
import net.re6st.rpc.RpcSession;
import net.re6st.testing.Vectors;

/** The recorded answer to a request. */
final class RecordedResponse {
    private static final Map<Integer, String> REASONS = Map.of(
            200, "OK",
            204, "No Content",
            400, "Bad Request",
            401, "Unauthorized",
            403, "Forbidden",
            404, "Not Found",
            409, "Conflict",
            500, "Internal Server Error",
            501, "Not Implemented");

    private final JsonObject exchange;
    private final Optional<JsonObject> response;

    RecordedResponse(JsonObject exchange) {
        this.exchange = exchange;
        this.response = Vectors.has(exchange, "response")
                ? Optional.of(exchange.getAsJsonObject("response"))
                : Optional.empty();
    }

    /** 0: the connection was closed without an answer. */
    int status() {
        return response.map(r -> r.get("status").getAsInt()).orElse(0);
    }

    Bytes body() {
        JsonObject r = response.orElseThrow();
        return Vectors.has(r, "body_text")
                ? Bytes.ofLatin1(r.get("body_text").getAsString())
                : Bytes.ofHex(r.get("body_hex").getAsString());
    }

    Optional<String> mac() {
        return header(response.orElseThrow().getAsJsonArray("headers"), RpcSession.HEADER);
    }

    /** The headers that a recorded request may have, and what is always the same in them. */
    private void checkRequest() {
        String note = Vectors.has(exchange, "note") ? exchange.get("note").getAsString() : "";
        for (JsonArray header : Vectors.rows(exchange.getAsJsonObject("request").get("headers"))) {
            String value = header.get(1).getAsString();
            switch (header.get(0).getAsString()) {
                case "User-Agent" -> assertThat(value).isEqualTo("vector-client");
                case "Host" ->
                    assertThat(value.equals("registry.example.org") || note.contains("Host"))
                            .as("%s", header)
                            .isTrue();
                case "X-Forwarded-For", RpcSession.HEADER -> assertThat(value).isNotNull();
                case "Content-Length" -> assertThat(value).isEqualTo("0");
                case "Accept-Encoding" -> assertThat(value).isEqualTo("gzip");
                case "Connection" -> assertThat(value).isEqualTo("keep-alive");
                default -> throw new AssertionError("unknown header " + header);
            }
        }
    }

    /** What is no part of the protocol is at least consistent with the rest. */
    void check() {
        checkRequest();
        if (response.isEmpty()) {
            return;
        }
        JsonObject r = response.get();
        assertThat(Vectors.unknownKeys(r, List.of("version", "status", "reason", "headers", "body_text", "body_hex")))
                .isEmpty();
        assertThat(r.get("version").getAsString()).isEqualTo("HTTP/1.0");
        String reason = r.get("reason").getAsString();
        if (status() != 501) {
            assertThat(reason).isEqualTo(REASONS.get(status()));
        }
        for (JsonArray header : Vectors.rows(r.get("headers"))) {
            String value = header.get(1).getAsString();
            switch (header.get(0).getAsString()) {
                case "Server" -> assertThat(value).matches("BaseHTTP/0\\.6 Python/3\\.\\d+\\.\\d+");
                case "Date" -> checkDate(value);
                case "Connection" -> assertThat(value).isEqualTo("close");
                case "Content-Type" -> assertThat(value).isEqualTo("text/html;charset=utf-8");
                case "Content-Length" -> checkLength(Integer.parseInt(value));
                case RpcSession.HEADER -> assertThat(exchange.has("session")).isTrue();
                default -> throw new AssertionError("unknown header " + header);
            }
        }
        if (status() >= 400 && !body().isEmpty()) {
            assertThat(body().toLatin1()).contains("<p>Error code: " + status() + "</p>", reason);
        }
    }

    private void checkLength(int length) {
        boolean head =
                exchange.getAsJsonObject("request").get("method").getAsString().equals("HEAD");
        if (!head) {
            assertThat(length).isEqualTo(body().size());
        }
    }

    private void checkDate(String value) {
        Instant date =
                ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        assertThat(Math.abs(date.getEpochSecond() - exchange.get("time").getAsLong()))
                .isLessThanOrEqualTo(4);
    }

    static Optional<String> requestHeader(JsonObject exchange, String name) {
        return header(exchange.getAsJsonObject("request").getAsJsonArray("headers"), name);
    }

    static List<String> requestHeaders(JsonObject exchange, String name) {
        return Vectors.rows(exchange.getAsJsonObject("request").get("headers")).stream()
                .filter(row -> row.get(0).getAsString().equals(name))
                .map(row -> row.get(1).getAsString())
                .toList();
    }

    private static Optional<String> header(JsonArray headers, String name) {
        return Vectors.rows(headers).stream()
                .filter(row -> row.get(0).getAsString().equals(name))
                .map(row -> row.get(1).getAsString())
                .findFirst();
    }
}
