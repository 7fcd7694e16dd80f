package net.re6st.node.control;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import net.re6st.config.Json;
import net.re6st.config.Value;
import net.re6st.core.PortReport;
import net.re6st.node.os.LocalConnection;
import net.re6st.node.os.ProcFiles;
import net.re6st.node.os.RoutingListing;

/**
 * Answers who looks at the daemon. It takes what only the loop may read in the loop, what only babeld's thread may read there,
 * and does the rest in the thread of who asks: a list of ten thousand routes delays nothing.
 */
public final class ControlService {
    private static final String SILENT = "the daemon does not answer";
    private static final Duration LOOP_PATIENCE = Duration.ofSeconds(5);
    private static final long ROUTING_SECONDS = 2;

    /** Longer than peers are waited for. */
    private static final Duration SURVEY_PATIENCE = Duration.ofSeconds(12);

    private static final long SURVEY_LOOK_MILLIS = 50;

    private final Consumer<Runnable> loop;
    private final Observed observed;
    private final Duration patience;

    /** A daemon that is looked at. */
    public interface Observed {
        /** Everything but what babeld knows; called in the loop. */
        NodeSnapshot observe(boolean withPeers);

        /** Calls {@code listed}, anywhere, unless babeld can't be asked; called in the loop. */
        void list(boolean withRoutes, Consumer<RoutingListing> listed);

        /** Lets peers try our ports, unless they do already; what they told so far is returned. Called in the loop. */
        PortReport surveyPorts(boolean begin);

        /** Starts again with the options read again; why not, if it can't. Called in the loop. */
        Optional<String> reload();
    }

    /** {@code loop} runs what it is given in the loop's thread. */
    public ControlService(Consumer<Runnable> loop, Observed observed) {
        this(loop, observed, LOOP_PATIENCE);
    }

    ControlService(Consumer<Runnable> loop, Observed observed, Duration patience) {
        this.loop = loop;
        this.observed = observed;
        this.patience = patience;
    }

    /** One client of the control socket: a request and its answer per line, until it has no more. */
    public void hold(LocalConnection client) throws IOException, InterruptedException {
        for (Optional<String> line = client.readLine(ControlRequest.MAX_BYTES);
                line.isPresent();
                line = client.readLine(ControlRequest.MAX_BYTES)) {
            client.write(Json.write(answer(line.get())) + "\n");
        }
    }

    Value answer(String line) throws InterruptedException {
        ControlRequest request = ControlRequest.parse(line).orElse(null);
        if (request == null) {
            return ControlAnswers.error("not a request of version " + ControlRequest.VERSION);
        }
        if (request == ControlRequest.RELOAD) {
            Optional<String> problem = inLoop(observed::reload).orElse(Optional.of(SILENT));
            return problem.map(ControlAnswers::error).orElseGet(ControlAnswers::reloading);
        }
        if (request == ControlRequest.PORTS) {
            return survey().map(ControlAnswers::ports).orElseGet(() -> ControlAnswers.error(SILENT));
        }
        NodeSnapshot snapshot = snapshot(request == ControlRequest.PEERS, request == ControlRequest.ROUTES)
                .orElse(null);
        if (snapshot == null) {
            return ControlAnswers.error(SILENT);
        }
        ControlAnswers answers = new ControlAnswers(snapshot);
        return switch (request) {
            case STATUS -> answers.status();
            case TUNNELS -> answers.tunnels();
            case PEERS -> answers.peers();
            case ROUTES -> answers.routes();
            case PORTS, RELOAD -> throw new IllegalStateException(request.text());
        };
    }

    /** Empty if the loop does not answer. */
    private Optional<PortReport> survey() throws InterruptedException {
        long end = System.nanoTime() + SURVEY_PATIENCE.toNanos();
        Optional<PortReport> report = inLoop(() -> observed.surveyPorts(true));
        while (report.isPresent() && !report.get().finished() && System.nanoTime() < end) {
            Thread.sleep(SURVEY_LOOK_MILLIS);
            report = inLoop(() -> observed.surveyPorts(false));
        }
        return report;
    }

    /** Empty if the loop does not answer: it hangs, or ends. */
    Optional<NodeSnapshot> snapshot(boolean withPeers, boolean withRoutes) throws InterruptedException {
        BlockingQueue<RoutingListing> listed = new ArrayBlockingQueue<>(1);
        Optional<NodeSnapshot> snapshot = inLoop(() -> {
            NodeSnapshot seen = observed.observe(withPeers);
            observed.list(withRoutes, listed::add);
            return seen;
        });
        if (snapshot.isEmpty()) {
            return snapshot;
        }
        // babeld may be starting: then there is nothing to tell.
        boolean expected = snapshot.get().network() != null
                && snapshot.get().network().babeld().connected();
        RoutingListing listing = expected ? listed.poll(ROUTING_SECONDS, TimeUnit.SECONDS) : null;
        return Optional.of(snapshot.get().with(listing == null ? RoutingListing.EMPTY : listing, ProcFiles.traffic()));
    }

    private <T> Optional<T> inLoop(Supplier<T> question) throws InterruptedException {
        BlockingQueue<T> answers = new ArrayBlockingQueue<>(1);
        loop.accept(() -> answers.add(question.get()));
        return Optional.ofNullable(answers.poll(patience.toMillis(), TimeUnit.MILLISECONDS));
    }
}
