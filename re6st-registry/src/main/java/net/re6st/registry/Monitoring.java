package net.re6st.registry;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.registry.core.Caller;
import net.re6st.registry.core.Origins;
import net.re6st.registry.os.JettyServer.Monitor;
import net.re6st.registry.os.JettyServer.Report;
import net.re6st.registry.os.PrometheusMeter;

/**
 * What those see who watch the registry: {@code /healthz} and {@code /readyz}, a word for everybody, and {@code /metrics} for
 * those who may call private methods. Any thread.
 */
final class Monitoring implements Monitor {
    private static final String HEALTH = "/healthz";
    private static final String READINESS = "/readyz";
    private static final String METRICS = "/metrics";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final int OK = 200;
    private static final int FORBIDDEN = 403;
    private static final int UNAVAILABLE = 503;

    /** Anybody may ask whether we are ready, and it costs a transaction. */
    private static final long MAX_AGE_NANOS = 1_000_000_000;

    private final Origins origins;
    private final PrometheusMeter meter;
    private final Function<Moment, Optional<String>> problem;
    private final Supplier<Moment> clock;
    private Optional<Checked> checked = Optional.empty();

    /** What was found when. */
    private record Checked(Moment at, Optional<String> problem) {}

    /**
     * Makes it.
     *
     * @param problem why the registry can't do its work; empty if it can
     */
    Monitoring(
            Origins origins,
            PrometheusMeter meter,
            Function<Moment, Optional<String>> problem,
            Supplier<Moment> clock) {
        this.origins = origins;
        this.meter = meter;
        this.problem = problem;
        this.clock = clock;
    }

    @Override
    public boolean takes(String method, String path) {
        boolean ours = path.equals(HEALTH) || path.equals(READINESS) || path.equals(METRICS);
        return ours && (method.equals("GET") || method.equals("HEAD"));
    }

    @Override
    public boolean mayWait(String path) {
        return !path.equals(HEALTH);
    }

    @Override
    public Report answer(String path, Caller caller, String accept) {
        return switch (path) {
            case METRICS -> metrics(caller, accept);
            case READINESS ->
                problem().isEmpty()
                        ? report(OK, "ready")
                        : report(UNAVAILABLE, "not ready: " + problem().orElse(""));
            default -> report(OK, "alive");
        };
    }

    private Report metrics(Caller caller, String accept) {
        Optional<String> refusal = origins.refusal(caller);
        if (refusal.isPresent()) {
            return report(FORBIDDEN, refusal.get());
        }
        PrometheusMeter.Exposition exposition = meter.expose(accept);
        return new Report(OK, exposition.contentType(), exposition.text());
    }

    private synchronized Optional<String> problem() {
        Moment now = clock.get();
        if (checked.isEmpty() || now.monotonicNanos() - checked.get().at().monotonicNanos() > MAX_AGE_NANOS) {
            checked = Optional.of(new Checked(now, problem.apply(now)));
        }
        return checked.get().problem();
    }

    private static Report report(int status, String text) {
        return new Report(status, TEXT, Bytes.ofLatin1(text + "\n"));
    }
}
