package net.re6st.node.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import net.re6st.node.os.LocalConnection;

/** Answers {@code GET /metrics} over HTTP, one request per connection. Why no library: docs/decisions/0017. */
public final class MetricsEndpoint {
    private static final int MAX_LINE_BYTES = 8192;
    private static final int MAX_LINES = 100;
    private static final int PAGE_BYTES = 4096;
    private static final String OPEN_METRICS = "application/openmetrics-text";

    private final ControlService service;

    public MetricsEndpoint(ControlService service) {
        this.service = service;
    }

    /** One client, until it has its answer. */
    public void hold(LocalConnection client) throws IOException, InterruptedException {
        Optional<String> first = client.readLine(MAX_LINE_BYTES);
        boolean openMetrics = false;
        boolean complete = false;
        for (int i = 0; i < MAX_LINES && !complete; i++) {
            Optional<String> line = client.readLine(MAX_LINE_BYTES).map(String::strip);
            if (line.isEmpty()) {
                return;
            }
            complete = line.get().isEmpty();
            String lower = line.get().toLowerCase(Locale.ROOT);
            openMetrics |= lower.startsWith("accept:") && lower.contains(OPEN_METRICS);
        }
        String request = first.orElse("").strip();
        if (!complete || !request.matches("(GET|HEAD) \\S+ HTTP/1\\.[01]")) {
            client.write(answer("400 Bad Request", "text/plain", "not an HTTP request\n", true));
        } else if (!request.split(" ")[1].replaceFirst("\\?.*", "").equals("/metrics")) {
            client.write(answer("404 Not Found", "text/plain", "there is /metrics only\n", true));
        } else {
            client.write(metrics(openMetrics, request.startsWith("GET")));
        }
    }

    private String metrics(boolean openMetrics, boolean withBody) throws InterruptedException {
        NodeSnapshot snapshot = service.snapshot(false, false).orElse(null);
        if (snapshot == null) {
            return answer("503 Service Unavailable", "text/plain", "the daemon does not answer\n", withBody);
        }
        String type = openMetrics ? OPEN_METRICS + "; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4";
        return answer("200 OK", type, Metrics.of(snapshot, residentBytes(), openMetrics), withBody);
    }

    private static String answer(String status, String type, String body, boolean withBody) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\nConnection: close\r\n\r\n"
                + (withBody ? body : "");
    }

    private static long residentBytes() {
        try {
            String[] words = Files.readString(Path.of("/proc/self/statm")).split(" ");
            return Long.parseLong(words[1]) * PAGE_BYTES;
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }
}
