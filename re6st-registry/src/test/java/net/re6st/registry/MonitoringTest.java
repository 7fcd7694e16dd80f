package net.re6st.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.re6st.testing.MonitoringFiles;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a running registry tells those who watch it, and that what we ship for them fits. */
class MonitoringTest {
    private static final Path DOCUMENTS = Path.of("../docs");
    private static final MonitoringFiles FILES = new MonitoringFiles("registry");
    private static final Pattern NAME = Pattern.compile("\\b((re6st_registry|process|jvm)_[a-z_]+)\\b");

    @TempDir
    private Path directory;

    private RegistryServer server;
    private int port;

    @BeforeEach
    void start() throws Exception {
        var ca = Vectors.objects(Vectors.json("registry_rpc.json").get("scenarios"))
                .get(0)
                .getAsJsonObject("ca");
        RegistryOptions options = new RegistryOptions();
        options.ca =
                Files.writeString(directory.resolve("ca.crt"), ca.get("pem").getAsString());
        options.key =
                Files.writeString(directory.resolve("ca.key"), ca.get("key").getAsString());
        options.db = directory.resolve("registry.db").toString();
        options.run = directory;
        options.ipv4Listen = "127.0.0.1";
        options.ipv6Listen = "";
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        options.port = port;
        server = RegistryServer.start(options);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** An answer; the names of headers as they were sent. */
    private record Response(int status, String head, String body) {}

    private Response get(String path, String... headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port)) {
            socket.setSoTimeout(20_000);
            String more = Stream.of(headers).map(header -> header + "\r\n").collect(Collectors.joining());
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + more + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = answer.indexOf("\r\n\r\n");
            return new Response(
                    Integer.parseInt(answer.substring(9, 12)), answer.substring(0, end), answer.substring(end + 4));
        }
    }

    private String metrics() throws IOException {
        return get("/metrics").body();
    }

    private static String value(String metrics, String series) {
        return metrics.lines()
                .filter(line -> line.startsWith(series + " "))
                .map(line -> line.substring(series.length() + 1))
                .collect(Collectors.joining(","));
    }

    @Test
    void isAliveAndReady() throws Exception {
        assertThat(get("/healthz").status()).isEqualTo(200);
        assertThat(get("/readyz").body()).isEqualTo("ready\n");
    }

    @Test
    void countsCallsByMethodAndStatus() throws Exception {
        get("/getCa");
        get("/getCa");
        get("/isToken?token=x");
        get("/addToken?email=a&token=x");
        get("/no-such-call");
        String metrics = metrics();
        assertThat(value(metrics, "re6st_registry_requests_total{method=\"getCa\",status=\"200\"}"))
                .isEqualTo("2.0");
        assertThat(value(metrics, "re6st_registry_requests_total{method=\"isToken\",status=\"204\"}"))
                .isEqualTo("1.0");
        assertThat(value(metrics, "re6st_registry_requests_total{method=\"none\",status=\"400\"}"))
                .isEqualTo("1.0");
        assertThat(value(metrics, "re6st_registry_request_seconds_count{method=\"getCa\"}"))
                .isEqualTo("2");
        assertThat(value(metrics, "re6st_registry_tokens")).isEqualTo("1.0");
        assertThat(value(metrics, "re6st_registry_nodes")).isEqualTo("0.0");
        assertThat(value(metrics, "re6st_registry_free_prefix_ratio")).isEqualTo("1.0");
        assertThat(value(metrics, "re6st_registry_connections")).isNotEqualTo("0.0");
    }

    @Test
    void showsMetricsToWhomItShowsPrivateMethodsOnly() throws Exception {
        assertThat(get("/metrics", "X-Forwarded-For: 192.0.2.1").status()).isEqualTo(403);
        assertThat(get("/metrics", "Sec-Fetch-Site: cross-site").status()).isEqualTo(403);
        assertThat(get("/healthz", "X-Forwarded-For: 192.0.2.1").status()).isEqualTo(200);
    }

    @Test
    void speaksOpenMetricsToThoseWhoAsk() throws Exception {
        Response open = get("/metrics", "Accept: application/openmetrics-text; version=1.0.0");
        assertThat(open.head()).contains("Content-Type: application/openmetrics-text");
        assertThat(open.body()).endsWith("# EOF\n");
        assertThat(get("/metrics").head()).contains("Content-Type: text/plain; version=0.0.4");
    }

    @Test
    void hasEachMetricOfTheDashboardTheAlertsAndTheDocument() throws Exception {
        get("/getCa");
        String metrics = metrics();
        Set<String> there = MonitoringFiles.exported(metrics);
        Set<String> used = FILES.metrics(NAME);
        assertThat(used).hasSizeGreaterThan(15);
        assertThat(there).containsAll(used);
        Set<String> documented = NAME.matcher(Files.readString(DOCUMENTS.resolve("monitoring.rst")))
                .results()
                .map(match -> match.group(1))
                .filter(name -> name.startsWith("re6st_registry_") || there.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> ours =
                there.stream().filter(name -> name.startsWith("re6st_")).collect(Collectors.toCollection(TreeSet::new));
        ours.removeIf(name -> name.endsWith("_bucket"));
        assertThat(documented).isEqualTo(ours);
    }

    @Test
    void satisfiesPromtool() throws Exception {
        get("/getCa");
        FILES.assertGood(metrics(), directory);
    }
}
