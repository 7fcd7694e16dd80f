package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Ten pings a second, for as long as something is done to the hosts. */
final class SteadyPing {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern ANSWER = Pattern.compile("icmp_seq=(\\d+) ");

    /** What was cut has shown by then: babeld and OpenVPN noticed. */
    private static final int AFTERWARDS = 80;

    private final Task task;
    private final Path output;

    private SteadyPing(Task task, Path output) {
        this.task = task;
        this.output = output;
    }

    static SteadyPing start(Host from, String address) {
        String label = "ping-" + NUMBER.incrementAndGet();
        Task task = from.start(label, from.directory(), Map.of(), List.of("ping", "-i", "0.1", address));
        return new SteadyPing(task, from.directory().resolve(label + ".out"));
    }

    /** Goes on for some seconds, and then finds each answered. */
    void assertNothingLost(String what) {
        int until = last() + AFTERWARDS;
        Await.until("pings go on", LIMIT, () -> last() >= until, task::output);
        task.signal("INT");
        task.awaitExit(LIMIT);
        SortedSet<Integer> answered = answers();
        List<Integer> missing = IntStream.rangeClosed(1, answered.last())
                .filter(number -> !answered.contains(number))
                .boxed()
                .toList();
        // ping counts only what it could send.
        assertThat(task.output()).as(what).doesNotContain("nreachable");
        Figures.print("%s: %d pings of %d lost".formatted(what, missing.size(), answered.last()));
        assertThat(missing).as(what).isEmpty();
    }

    void end() {
        task.kill();
    }

    private int last() {
        SortedSet<Integer> answered = answers();
        return answered.isEmpty() ? 0 : answered.last();
    }

    private SortedSet<Integer> answers() {
        SortedSet<Integer> answered = new TreeSet<>();
        try {
            Matcher matcher = ANSWER.matcher(Files.readString(output));
            while (matcher.find()) {
                answered.add(Integer.parseInt(matcher.group(1)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return answered;
    }
}
