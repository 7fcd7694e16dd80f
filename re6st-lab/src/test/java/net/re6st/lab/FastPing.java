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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** A ping 50 times a second from one node to another, beside the {@link Prober} that watches all pairs. */
final class FastPing {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Twice what babeld and OpenVPN need to notice that a link is dead: what was cut has shown by then. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(8);

    /** Answers that may be under way when ping is told to end: those of two seconds. */
    private static final int UNDER_WAY = 100;

    private static final Pattern ANSWER = Pattern.compile("icmp_seq=(\\d+) ");
    private static final Pattern SENT = Pattern.compile("(\\d+) packets transmitted");

    private final Task task;
    private final Path output;
    private final Prober prober;
    private final long start;

    private FastPing(Task task, Path output, Prober prober) {
        this.task = task;
        this.output = output;
        this.prober = prober;
        this.start = prober.now();
    }

    static FastPing start(LabNode from, LabNode to, Prober prober) {
        return start(from, to.address(), prober);
    }

    /** To any address. */
    static FastPing start(LabNode from, String address, Prober prober) {
        Path folder = from.host().directory();
        Path output = folder.resolve("ping.out");
        try {
            Files.deleteIfExists(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> words = List.of("ping", "-i", "0.02", address);
        return new FastPing(from.host().start("ping", folder, Map.of(), words), output, prober);
    }

    void end() {
        task.kill();
    }

    /** Goes on for as long as a cut link could need to show, and then finds no packet of anybody lost. */
    void assertNothingLost(String what) {
        long until = prober.now() + AFTERWARDS.toNanos();
        Await.until("it would have shown", AFTERWARDS.plus(LIMIT), () -> prober.now() > until);
        task.signal("INT");
        task.awaitExit(LIMIT);
        Prober.Report report = prober.since(start);
        SortedSet<Integer> answered = answers();
        assertThat(answered).as(task.output()).isNotEmpty();
        List<Integer> missing = IntStream.rangeClosed(1, answered.last())
                .filter(number -> !answered.contains(number))
                .boxed()
                .toList();
        Matcher sent = SENT.matcher(task.output());
        assertThat(sent.find()).as(task.output()).isTrue();
        int transmitted = Integer.parseInt(sent.group(1));
        Figures.print("%s: %d pings of %d lost; %s".formatted(what, missing.size(), transmitted, report));
        assertThat(missing).isEmpty();
        assertThat(answered.last()).isGreaterThan(Math.max(100, transmitted - UNDER_WAY));
        assertThat(report.lost()).as(report.toString()).isZero();
    }

    /** The numbers of the pings that were answered. */
    private SortedSet<Integer> answers() {
        try {
            SortedSet<Integer> answered = new TreeSet<>();
            Matcher matcher = ANSWER.matcher(Files.readString(output));
            while (matcher.find()) {
                answered.add(Integer.parseInt(matcher.group(1)));
            }
            return answered;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
