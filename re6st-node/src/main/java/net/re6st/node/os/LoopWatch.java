package net.re6st.node.os;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, a hundred times per second, at what the loop's thread is doing, and logs an error where that is a wait for something
 * else than the loop's own events. For tests: nodes started with {@code -Dre6st.watchLoop=true}. A thread of its own.
 */
final class LoopWatch {
    private static final Logger LOG = LoggerFactory.getLogger(LoopWatch.class);
    private static final String PROPERTY = "re6st.watchLoop";
    private static final long INTERVAL_NANOS = 10_000_000;
    private static final int MAX_REPORTS = 20;

    /** What waits for others: processes, hosts, disks, threads. Locks held for a moment, and the log, are not among them. */
    private static final Pattern WAITS =
            Pattern.compile("java\\.lang\\.(Thread\\.(sleep|join)|Object\\.wait|Process(Builder|Impl)?\\..*)"
                    + "|java\\.net\\.Inet[46]AddressImpl\\..*|sun\\.nio\\.ch\\.NioSocketImpl\\..*|java\\.net\\.Socket\\..*"
                    + "|java\\.io\\.FileInputStream\\.read.*|java\\.net\\.http\\..*|sun\\.net\\.www\\.protocol\\.https?\\..*|org\\.sqlite\\..*|java\\.nio\\.file\\.Files\\..*"
                    + "|java\\.util\\.concurrent\\.(.*\\.await.*|.*Future\\.(get|join)|.*Queue\\.(take|put))");

    /**
     * What waits on purpose: before a node works, or begins anew, it does one thing after the other, and classes are loaded when first used; the
     * kernel's own files, and its random numbers, never wait.
     */
    private static final Pattern MAY = Pattern.compile(
            "net\\.re6st\\.node\\.(NetworkStart\\..*|NodeDaemon\\.(startNetwork|reload)|os\\.ProcFiles\\..*)"
                    + "|sun\\.security\\.provider\\.NativePRNG.*|jdk\\.internal\\.loader\\..*|java\\.lang\\.ClassLoader\\..*");

    private LoopWatch() {}

    /** Watches the thread for as long as it lives, if this process was asked to. */
    static void ifAsked(Thread loop) {
        if (Boolean.getBoolean(PROPERTY)) {
            watch(loop, text -> LOG.error("the loop waits: {}", text));
        }
    }

    static void watch(Thread loop, Consumer<String> found) {
        Set<String> told = new HashSet<>();
        Threads.named("watch")
                .newThread(() -> {
                    while (loop.isAlive() && told.size() < MAX_REPORTS) {
                        wait(loop.getStackTrace()).filter(told::add).ifPresent(found);
                        LockSupport.parkNanos(INTERVAL_NANOS);
                    }
                })
                .start();
    }

    /** The call that waits, and ours that led to it, the innermost first; empty if nothing waits or it is not the loop. */
    static Optional<String> wait(StackTraceElement[] trace) {
        List<String> calls = Arrays.stream(trace).map(LoopWatch::name).toList();
        boolean inLoop = calls.contains(EventLoop.class.getName() + ".run");
        boolean may = calls.stream().anyMatch(call -> MAY.matcher(call).matches());
        return calls.stream()
                .filter(call -> inLoop && !may && WAITS.matcher(call).matches())
                .findFirst()
                .map(call -> Stream.concat(
                                Stream.of(call), calls.stream().filter(ours -> ours.startsWith("net.re6st.")))
                        .collect(Collectors.joining(" < ")));
    }

    private static String name(StackTraceElement call) {
        return call.getClassName() + "." + call.getMethodName();
    }
}
