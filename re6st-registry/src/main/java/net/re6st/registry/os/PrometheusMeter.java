package net.re6st.registry.os;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import net.re6st.net.Bytes;
import net.re6st.registry.core.Census;
import net.re6st.registry.port.Meter;

/**
 * The registry's metrics in the formats of Prometheus. Owns their names, which docs/metrics.rst explains and the dashboard and
 * the alerts use.
 */
public final class PrometheusMeter implements Meter {
    private static final double[] SECONDS = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Supplier<Census> counted;
    private final Counter requests = Counter.builder()
            .name("re6st_registry_requests_total")
            .help("Calls answered, by method and HTTP status.")
            .labelNames("method", "status")
            .register(registry);
    private final Histogram seconds = Histogram.builder()
            .name("re6st_registry_request_seconds")
            .help("How long calls took, from the end of the request's head to the answer.")
            .labelNames("method")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .withoutExemplars()
            .register(registry);
    private final Counter limited = Counter.builder()
            .name("re6st_registry_limited_total")
            .help("Calls answered by 429, by the budget that was used up.")
            .labelNames("budget")
            .register(registry);
    private final Counter wrongTokens = Counter.builder()
            .name("re6st_registry_wrong_tokens_total")
            .help("Tokens tried that do not exist.")
            .register(registry);
    private Census census;

    /** Another state to report, read when somebody asks. */
    public record Gauges(
            DoubleSupplier reachable,
            DoubleSupplier cloned,
            DoubleSupplier caEnd,
            DoubleSupplier connections,
            DoubleSupplier databaseBytes) {}

    public PrometheusMeter(String version, List<String> budgets, Supplier<Census> counted, Gauges gauges) {
        this.counted = counted;
        this.census = counted.get();
        // From zero: an increase is seen from the second value on only.
        budgets.forEach(limited::initLabelValues);
        Info.builder()
                .name("re6st_registry_info")
                .help("The version of this registry.")
                .labelNames("version")
                .register(registry)
                .addLabelValues(version);
        counted("nodes", "Nodes that have a certificate.", Census::nodes);
        counted("nodes_overdue", "Nodes that did not renew their certificate although it was time.", Census::overdue);
        counted("nodes_ended", "Nodes whose certificate has ended.", Census::ended);
        counted("tokens", "Tokens that were not used yet.", Census::tokens);
        counted("revoked_certificates", "Certificates in the revocation list.", Census::revoked);
        counted("network_version", "Version of the network parameters.", Census::version);
        counted("free_prefix_ratio", "Share of the network's prefixes that is free.", Census::freeShare);
        counted(
                "key_rotation_unfinished",
                "1 between the first and the last step of a change of the Babel keys.",
                PrometheusMeter::unfinished);
        counted(
                "key_rotation_deadline_timestamp_seconds",
                "When all nodes have heard of the first step; 0 outside of it.",
                all -> all.rotationDeadline().orElse(0));
        gauge("nodes_reachable", "Nodes to which the registry's node has a route.", gauges.reachable);
        gauge("nodes_cloned", "Nodes whose certificate two machines use at once.", gauges.cloned);
        gauge("ca_end_timestamp_seconds", "When the certificate of the CA ends.", gauges.caEnd);
        gauge("connections", "Open HTTP connections.", gauges.connections);
        gauge("database_bytes", "Size of the database.", gauges.databaseBytes);
        JvmMetrics.builder().register(registry);
    }

    private static double unfinished(Census all) {
        return switch (all.rotation().state()) {
            case NO_KEY, AT_REST -> 0;
            default -> 1;
        };
    }

    private void counted(String name, String help, ToDoubleFunction<Census> value) {
        gauge(name, help, () -> value.applyAsDouble(census));
    }

    private void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name("re6st_registry_" + name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    @Override
    public void answered(String method, int status, Duration took) {
        requests.labelValues(method, Integer.toString(status)).inc();
        seconds.labelValues(method).observe(took.toNanos() / 1e9);
    }

    @Override
    public void limited(String budget) {
        limited.labelValues(budget).inc();
    }

    @Override
    public void wrongToken() {
        wrongTokens.inc();
    }

    /** All metrics, and the content type of the format that {@code accept} asks for. */
    public record Exposition(String contentType, Bytes text) {}

    /** What is reported now; one at a time. */
    public synchronized Exposition expose(String accept) {
        census = counted.get();
        OpenMetricsTextFormatWriter open = OpenMetricsTextFormatWriter.create();
        ExpositionFormatWriter writer = open.accepts(accept) ? open : PrometheusTextFormatWriter.create();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            writer.write(text, registry.scrape());
        } catch (IOException e) {
            throw new IllegalStateException("cannot write to memory", e);
        }
        return new Exposition(writer.getContentType(), Bytes.copyOf(text.toByteArray()));
    }
}
