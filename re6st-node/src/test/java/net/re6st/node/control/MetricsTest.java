package net.re6st.node.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.re6st.core.PortReport;
import net.re6st.node.os.LocalConnection;
import net.re6st.node.os.LocalServer;
import net.re6st.node.os.RoutingListing;
import net.re6st.testing.MonitoringFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTest {
    private static final Pattern SAMPLE =
            Pattern.compile("([a-z][a-z0-9_]*)(\\{(?:[a-z]+=\"[^\"\\\\\n]*\",?)+})? (-?[0-9.E-]+|\\+Inf)");

    private static final MonitoringFiles FILES = new MonitoringFiles("node");
    private static final Pattern NAME = Pattern.compile("\\b(re6st_[a-z_]+)\\b");

    /** What an expression demands of a label of ours. */
    private static final Pattern LABEL = Pattern.compile("\\b(?!job\\b)[a-z]+=\"[^\"]*\"");

    private final String running = Metrics.of(Snapshots.running(), 62_000_000, true);

    @Test
    void tellsTunnelsLinksBytesAndRestarts() {
        assertThat(running.lines())
                .contains(
                        "re6st_running 1",
                        "re6st_registry_in_use{url=\"http://first.example.com/\"} 0",
                        "re6st_registry_in_use{url=\"http://registry.example.com/\"} 1",
                        "re6st_start_time_seconds 1800000000",
                        "re6st_resident_memory_bytes 62000000",
                        "re6st_tunnels{direction=\"dialled\",state=\"choosing\"} 1",
                        "re6st_tunnels{direction=\"dialled\",state=\"up\"} 1",
                        "re6st_tunnels{direction=\"served\",state=\"removing\"} 1",
                        "re6st_wanted_tunnels 4",
                        "re6st_link_rtt_seconds{iface=\"re6stnet1\",peer=\"2/16\"} 0.0123456",
                        "re6st_link_cost{iface=\"eth0\",peer=\"6/16\"} 65535",
                        "re6st_tunnel_lost_ratio{iface=\"re6stnet1\",peer=\"2/16\"} 0.05",
                        "re6st_tunnel_late_ratio{iface=\"re6stnet1\",peer=\"2/16\"} 0.0125",
                        "re6st_received_bytes_total{iface=\"re6stnet1\"} 1234567",
                        "re6st_handshakes_total{outcome=\"accepted\"} 5",
                        "re6st_restarts_total{program=\"babeld\"} 1",
                        "re6st_restarts_total{program=\"openvpn\"} 2",
                        "re6st_event_loop_delay_seconds_bucket{le=\"0.01\"} 198",
                        "re6st_event_loop_delay_seconds_bucket{le=\"+Inf\"} 200",
                        "re6st_event_loop_delay_seconds_count 200")
                .noneMatch(line -> line.startsWith("re6st_link_rtt_seconds{iface=\"re6stnet-udp\""));
    }

    @Test
    void tellsHowManyCertificatesTwoMachinesHaveAndWhetherOursIsOneOfThem() {
        assertThat(running.lines()).contains("re6st_cloned_nodes 0", "re6st_cloned 0");
        assertThat(Metrics.of(Snapshots.cloned(), 1, true).lines()).contains("re6st_cloned_nodes 2", "re6st_cloned 1");
    }

    @Test
    void everySampleFollowsTheHeadOfItsFamilyOnce() {
        for (boolean openMetrics : new boolean[] {true, false}) {
            for (NodeSnapshot snapshot : List.of(Snapshots.running(), Snapshots.starting())) {
                assertWellFormed(Metrics.of(snapshot, 1, openMetrics), openMetrics);
            }
        }
    }

    private static void assertWellFormed(String text, boolean openMetrics) {
        Map<String, String> types = new HashMap<>();
        Set<String> series = new HashSet<>();
        String family = "";
        List<String> lines = new ArrayList<>(text.lines().toList());
        assertThat(text).endsWith("\n");
        if (openMetrics) {
            assertThat(lines.remove(lines.size() - 1)).isEqualTo("# EOF");
        }
        for (String line : lines) {
            String[] words = line.split(" ", 4);
            if (line.startsWith("# TYPE ")) {
                family = words[2];
                assertThat(types.put(family, words[3])).as(line).isNull();
            } else if (line.startsWith("# HELP ")) {
                assertThat(words[2]).as(line).isEqualTo(family);
            } else {
                Matcher sample = SAMPLE.matcher(line);
                assertThat(sample.matches()).as(line).isTrue();
                assertThat(series.add(line.substring(0, line.lastIndexOf(' '))))
                        .as(line)
                        .isTrue();
                assertThat(sample.group(1)).as(line).matches(family + suffix(types.get(family), openMetrics));
            }
        }
    }

    private static String suffix(String type, boolean openMetrics) {
        return switch (type) {
            case "counter" -> openMetrics ? "_total" : "";
            case "info" -> "_info";
            case "histogram" -> "_(bucket|sum|count)";
            default -> "";
        };
    }

    @Test
    void everyMetricIsDocumentedAndNoOther() throws IOException {
        Path page = Path.of(System.getProperty("re6st.root"), "docs/looking-at-a-node.rst");
        Set<String> documented = new TreeSet<>();
        Matcher names =
                Pattern.compile("^``(re6st_[a-z_]+)``", Pattern.MULTILINE).matcher(Files.readString(page));
        while (names.find()) {
            documented.add(names.group(1));
        }
        Set<String> written = new TreeSet<>();
        for (String line : Metrics.of(Snapshots.running(), 1, false).lines().toList()) {
            if (line.startsWith("# TYPE ")) {
                written.add(line.split(" ")[2]);
            }
        }
        assertThat(written).isEqualTo(documented);
    }

    @Test
    void hasWhatTheDashboardAndTheAlertsAskFor() throws IOException {
        String metrics = Metrics.of(Snapshots.running(), 1, false);
        Set<String> used = FILES.metrics(NAME);
        assertThat(used).hasSizeGreaterThan(25);
        assertThat(MonitoringFiles.exported(metrics)).containsAll(used);
        for (String expression : FILES.expressions()) {
            assertThat(LABEL.matcher(expression).results().map(MatchResult::group))
                    .as(expression)
                    .allMatch(metrics::contains);
        }
    }

    @Test
    void satisfiesPromtool(@TempDir Path directory) throws Exception {
        FILES.assertGood(Metrics.of(Snapshots.running(), 1, false), directory);
    }

    @Test
    void theEndpointSpeaksEnoughHttp() throws IOException {
        assertThat(
                        get(
                                "GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: application/openmetrics-text;version=1.0.0\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK\r\nContent-Type: application/openmetrics-text; version=1.0.0")
                .contains("\r\n\r\n# TYPE re6st_build info\n")
                .endsWith("# EOF\n");
        assertThat(get("GET /metrics?x=y HTTP/1.0\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n")
                .doesNotContain("# EOF");
        assertThat(get("HEAD /metrics HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 200")
                .endsWith("\r\n\r\n");
        assertThat(get("GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 404");
        assertThat(get("POST /metrics HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400");
        assertThat(get("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400");
    }

    @Test
    void aLoopThatDoesNotAnswerIsUnavailable() throws IOException {
        ControlService deaf = new ControlService(task -> {}, new Imagined(), Duration.ofMillis(10));
        assertThat(get(deaf, "GET /metrics HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 503");
    }

    @Test
    void metricsStayOnThisHost() {
        assertThat(List.of("9106", "127.0.0.1:9106", "[::1]:9106"))
                .allSatisfy(text -> assertThat(MetricsPlace.parse(text)).get().satisfies(place -> assertThat(
                                place.address().getAddress().isLoopbackAddress())
                        .isTrue()));
        assertThat(MetricsPlace.parse("/run/re6stnet/metrics.sock")
                        .orElseThrow()
                        .socket())
                .isEqualTo(Path.of("/run/re6stnet/metrics.sock"));
        assertThat(List.of("0", "65536", "0.0.0.0:9106", "[::]:9106", "198.51.100.1:1", "127.0.0.256:1", "x", ""))
                .allSatisfy(
                        text -> assertThat(MetricsPlace.parse(text)).as(text).isEmpty());
    }

    private static String get(String request) throws IOException {
        return get(new ControlService(Runnable::run, new Imagined()), request);
    }

    private static String get(ControlService service, String request) throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (LocalServer server = LocalServer.on("metrics", any, new MetricsEndpoint(service)::hold);
                LocalConnection client = LocalConnection.to(server.address(), Duration.ofSeconds(20))) {
            client.write(request);
            StringBuilder answer = new StringBuilder();
            for (Optional<String> line = client.readLine(1 << 16); line.isPresent(); line = client.readLine(1 << 16)) {
                answer.append(line.get()).append('\n');
            }
            return answer.toString();
        }
    }

    private static final class Imagined implements ControlService.Observed {
        @Override
        public NodeSnapshot observe(boolean withPeers) {
            return Snapshots.running();
        }

        @Override
        public void list(boolean withRoutes, Consumer<RoutingListing> listed) {
            listed.accept(Snapshots.running().routing());
        }

        @Override
        public PortReport surveyPorts(boolean begin) {
            throw new IllegalStateException();
        }

        @Override
        public Optional<String> reload() {
            return Optional.empty();
        }
    }
}
