package net.re6st.node.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The service of systemd that this process is, if any.
 *
 * @param name as {@code re6stnet.service}; empty: none
 */
public record ServiceUnit(String name) {
    private static final Pattern CGROUP = Pattern.compile("(?m)^(?:0:|\\d+:name=systemd):.*/([^/\\s]+\\.service)$");

    /** What systemd sets for processes of services only. */
    private static final String INVOCATION = "INVOCATION_ID";

    public static ServiceUnit ours() {
        try {
            return System.getenv(INVOCATION) == null
                    ? new ServiceUnit("")
                    : of(Files.readString(Path.of("/proc/self/cgroup"), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return new ServiceUnit("");
        }
    }

    /** From the text of {@code /proc/self/cgroup}. */
    static ServiceUnit of(String cgroup) {
        Matcher matcher = CGROUP.matcher(cgroup);
        return new ServiceUnit(matcher.find() ? matcher.group(1) : "");
    }

    /**
     * Whether systemd is about to start us again when we have ended: the job in its queue is a restart. A stop, no answer, a
     * signal sent by hand: no. Blocks for eight seconds at most, which is less than a unit's time to stop: a machine that installs
     * an upgrade is busy.
     */
    public boolean isRestarting() {
        return !name.isEmpty()
                && isRestarting(
                        Commands.run(List.of("timeout", "8", "systemctl", "list-jobs", "--no-legend", "--plain"))
                                .output());
    }

    /** From the output of {@code systemctl list-jobs}: number, unit, type and state of each job. */
    boolean isRestarting(String jobs) {
        return jobs.lines()
                .map(line -> Arrays.asList(line.strip().split("\\s+")))
                .anyMatch(job -> job.size() >= 3
                        && job.get(1).equals(name)
                        && (job.get(2).equals("restart") || job.get(2).equals("try-restart")));
    }
}
