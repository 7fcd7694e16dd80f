package net.re6st.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The owner of a laboratory, as it appears in the names of everything it makes: {@code lab4711-1x9k} is the process
 * 4711 that was started at tick 1x9k (base 36) since boot. The start time makes a process id unique, so that what a
 * dead owner left can be told from what a living one uses.
 */
record RunId(long pid, long startTicks) {
    private static final Pattern NAME = Pattern.compile("lab([0-9]{1,10})-([0-9a-z]{1,12})(?:-[a-z0-9-]{1,20})?");

    /** This very process. */
    static RunId own() {
        long pid = ProcessHandle.current().pid();
        return new RunId(pid, startTicks(pid).orElseThrow(() -> new LabException("/proc is not mounted")));
    }

    /** The owner of what has this name (a namespace or directory), if a laboratory made it. */
    static Optional<RunId> of(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new RunId(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2), 36)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    String name() {
        return "lab" + pid + "-" + Long.toString(startTicks, 36);
    }

    String nameOf(String part) {
        return name() + "-" + part;
    }

    boolean isAlive() {
        return startTicks(pid).filter(ticks -> ticks == startTicks).isPresent();
    }

    private static Optional<Long> startTicks(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // The second field, the command in parentheses, may contain anything; the third follows its last one.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Optional.of(Long.parseLong(fields[19]));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            // A process that ends while its file is read.
            return Optional.empty();
        }
    }
}
