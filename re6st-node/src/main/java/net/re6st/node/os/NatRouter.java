package net.re6st.node.os;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import net.re6st.core.port.PortMapper;
import net.re6st.core.port.PortMapping;
import net.re6st.net.Bytes;
import net.re6st.net.Ip4;
import net.re6st.node.os.RouterCommand.Answer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The router as miniupnpc's {@code upnpc}, {@link PcpClient} and libnatpmp's {@code natpmpc} reach it: by UPnP, else by PCP,
 * else by NAT-PMP, next time first by what worked. A search takes seconds, so everything happens in a thread of its own, one
 * after the other, and an attempt at most half a minute.
 */
public final class NatRouter implements PortMapper, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NatRouter.class);

    /** Without any answer upnpc searches for eight. */
    private static final Duration SEARCH_LIMIT = Duration.ofSeconds(15);

    private static final Duration KNOWN_LIMIT = Duration.ofSeconds(6);

    /** Five requests, and time for the answer to the last. */
    private static final Duration PCP_LIMIT = Duration.ofSeconds(4);

    /** Without any answer natpmpc would try for a minute. */
    private static final Duration NAT_PMP_LIMIT = Duration.ofSeconds(4);

    private static final Duration ROUTE_LIMIT = Duration.ofSeconds(2);
    private static final Duration UNMAP_LIMIT = Duration.ofSeconds(2);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    private static final int MAX_WAITING = 100;
    private static final int MAX_OUTPUT_BYTES = 32_768;

    private static final List<String> PROTOCOLS = List.of(RouterCommand.UPNP, RouterCommand.PCP, RouterCommand.NAT_PMP);

    private final Consumer<Runnable> loop;
    private final Events events;
    private final PcpClient pcp;
    private final Tool tool;
    private final ThreadPoolExecutor worker = new ThreadPoolExecutor(
            0, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), Threads.named("router"));

    /** Where the last mapping came from. */
    private @Nullable Router known;

    /** The last attempt; loop's thread. */
    private @Nullable Future<?> underway;

    /** What came of it, in the loop's thread. */
    public interface Events {
        void onMapped(PortMapping mapping, Grant grant);

        void onMappingFailed(PortMapping mapping, Failure failure, String reason);
    }

    /** Runs a command; what it printed, whatever its status, or empty if it can't be run. */
    @FunctionalInterface
    interface Tool {
        Optional<String> run(List<String> words, Duration limit) throws InterruptedException;
    }

    /**
     * @param loop runs something in the loop's thread, later
     * @param secrets tells what only we know, the same for the same purpose after a restart as well
     */
    public NatRouter(Consumer<Runnable> loop, Events events, Function<String, Bytes> secrets) {
        this(loop, events, new PcpClient(secrets, PcpClient.PORT), NatRouter::run);
    }

    NatRouter(Consumer<Runnable> loop, Events events, PcpClient pcp, Tool tool) {
        this.loop = loop;
        this.events = events;
        this.pcp = pcp;
        this.tool = tool;
    }

    /** Which of the programs that this uses are not in {@code path}, as Debian's packages that have them. */
    public static List<String> missingPackages(String path) {
        return Stream.of(new String[] {RouterCommand.UPNPC, "miniupnpc"}, new String[] {RouterCommand.NATPMPC, "natpmpc"
                })
                .filter(program -> Stream.of(path.split(":", -1))
                        .noneMatch(folder -> Files.isExecutable(Path.of(folder, program[0]))))
                .map(program -> program[1])
                .toList();
    }

    @Override
    public void map(PortMapping mapping) {
        underway = submit(() -> attempt(mapping));
    }

    @Override
    public void unmap(PortMapping mapping) {
        // Never cancelled: only the end of its time keeps it from being done.
        Future<?> unused = submit(() -> remove(mapping));
    }

    private @Nullable Future<?> submit(Work work) {
        try {
            return worker.submit(() -> {
                try {
                    work.run();
                } catch (InterruptedException e) {
                    LOG.debug("an attempt was given up");
                } catch (RuntimeException e) {
                    LOG.error("asking the router failed unexpectedly", e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("the router is not asked any more");
            return null;
        }
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private void attempt(PortMapping mapping) throws InterruptedException {
        List<String> order = order();
        Answer answer = ask(order.get(0), mapping);
        for (String protocol : order.subList(1, order.size())) {
            if (answer.grant() == null && answer.failure() != Failure.CONFLICT) {
                answer = better(answer, ask(protocol, mapping));
            }
        }
        Grant grant = answer.grant();
        if (grant != null) {
            known = grant.router();
            loop.accept(() -> events.onMapped(mapping, grant));
        } else {
            Failure failure = answer.failure();
            String reason = answer.reason();
            loop.accept(() -> events.onMappingFailed(mapping, failure, reason));
        }
    }

    /** What worked comes first. */
    private List<String> order() {
        Router last = known;
        if (last == null) {
            return PROTOCOLS;
        }
        List<String> order = new ArrayList<>(PROTOCOLS);
        order.remove(last.protocol());
        order.add(0, last.protocol());
        return order;
    }

    private Answer ask(String protocol, PortMapping mapping) throws InterruptedException {
        switch (protocol) {
            case RouterCommand.UPNP:
                return upnp(mapping);
            case RouterCommand.PCP:
                Optional<Ip4> gateway = gateway();
                return gateway.isPresent()
                        ? pcp.map(gateway.get(), mapping, PCP_LIMIT)
                        : Answer.failed(Failure.NO_ROUTER, "there is no default gateway to ask by PCP");
            default:
                return natPmp(mapping);
        }
    }

    /** Looked up each time: a host may move to another network. */
    private Optional<Ip4> gateway() throws InterruptedException {
        return tool.run(LinuxNetwork.listDefaultRoutes(), ROUTE_LIMIT).flatMap(LinuxNetwork::gateway);
    }

    /** Of an answer that is no mapping, and that by another protocol. */
    private static Answer better(Answer first, Answer other) {
        if (other.grant() != null) {
            return other;
        } else if (first.failure() != Failure.NO_ROUTER) {
            return first;
        }
        return other.failure() == Failure.NO_ROUTER
                ? Answer.failed(Failure.NO_ROUTER, first.reason() + ", " + other.reason())
                : other;
    }

    private Answer upnp(PortMapping mapping) throws InterruptedException {
        String url = url();
        Answer answer = url == null ? upnp(null, mapping, SEARCH_LIMIT) : upnp(url, mapping, KNOWN_LIMIT);
        // A router that was restarted may have another description.
        return url != null && answer.failure() == Failure.NO_ROUTER && answer.grant() == null
                ? upnp(null, mapping, SEARCH_LIMIT)
                : answer;
    }

    private @Nullable String url() {
        Router last = known;
        if (last == null
                || !last.protocol().equals(RouterCommand.UPNP)
                || last.location().isEmpty()) {
            return null;
        }
        return last.location();
    }

    private Answer upnp(@Nullable String url, PortMapping mapping, Duration limit) throws InterruptedException {
        Answer answer = ask(url, mapping, limit);
        if (answer.onlyPermanent() && mapping.leaseSeconds() > 0) {
            PortMapping permanent = new PortMapping(mapping.port(), mapping.transport(), mapping.externalPort(), 0);
            return ask(url, permanent, limit);
        }
        return answer;
    }

    private Answer ask(@Nullable String url, PortMapping mapping, Duration limit) throws InterruptedException {
        return tool.run(RouterCommand.upnpMap(url, mapping), limit)
                .map(output -> RouterCommand.upnpAnswer(output, url, mapping))
                .orElseGet(() -> Answer.failed(Failure.NO_ROUTER, "upnpc can't be run"));
    }

    private Answer natPmp(PortMapping mapping) throws InterruptedException {
        return tool.run(RouterCommand.natPmpMap(mapping), NAT_PMP_LIMIT)
                .map(output -> RouterCommand.natPmpAnswer(output, mapping))
                .orElseGet(() -> Answer.failed(Failure.NO_ROUTER, "natpmpc can't be run"));
    }

    private void remove(PortMapping mapping) throws InterruptedException {
        String protocol = known == null ? RouterCommand.UPNP : known.protocol();
        if (protocol.equals(RouterCommand.PCP)) {
            Optional<Ip4> gateway = gateway();
            if (gateway.isPresent()) {
                pcp.unmap(gateway.get(), mapping, UNMAP_LIMIT);
            }
            return;
        }
        boolean natPmp = protocol.equals(RouterCommand.NAT_PMP);
        List<String> words = natPmp ? RouterCommand.natPmpUnmap(mapping) : RouterCommand.upnpUnmap(url(), mapping);
        tool.run(words, UNMAP_LIMIT);
    }

    /** Waits for what is being removed, for a limited time; an attempt that is under way is given up. */
    @Override
    public void close() {
        if (underway != null) {
            underway.cancel(true);
        }
        worker.shutdown();
        try {
            if (!worker.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.info("the router does not answer: its mappings stay until their leases end");
                worker.shutdownNow();
            }
        } catch (InterruptedException e) {
            worker.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    static Optional<String> run(List<String> words, Duration limit) throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            LOG.debug("{}", e.getMessage());
            return Optional.empty();
        }
        try (InputStream in = process.getInputStream()) {
            process.getOutputStream().close();
            // What does not fit into the pipe is more than these programs have to say: they are ended.
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                LOG.debug("{}: no end within {} s", words, limit.toSeconds());
                process.destroyForcibly().waitFor();
            }
            String output = new String(in.readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8);
            LOG.trace("{}: {}", words, output);
            return Optional.of(output);
        } catch (IOException e) {
            LOG.debug("{}: {}", words, e.toString());
            return Optional.of("");
        } finally {
            process.destroyForcibly();
        }
    }
}
