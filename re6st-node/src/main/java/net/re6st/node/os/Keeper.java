package net.re6st.node.os;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that outlives the daemon to end its children if no other daemon comes to take them over. It knows them by heart,
 * from what it was told last and what it saw at the daemon's end, and notices that end, whatever it was, by the end of its
 * input. Thread-safe.
 */
final class Keeper {
    /*
     * A shell, because it must work when the Java that was to follow does not, and weigh nothing. It waits for LIMIT; or, for
     * a daemon that is a service of systemd, until that has settled in a state in which it will not start another: this is
     * what ends the children of a daemon that hung when it was to stop. "inactive" must be seen twice, because a service that
     * is being restarted passes through it. babeld comes first in the list: it takes its routes back while the tunnels live.
     *
     * A daemon that is killed while it starts a child tells nobody. So once, a second after the daemon's end, the keeper adds
     * the programs that talk to the daemon of this RUN and are no younger than that end: the next daemon's are.
     */
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    /** How long running tunnels wait for another daemon. */
    static final Duration LIMIT = Duration.ofMinutes(5);

    static final String NAME = "re6stnet-keeper";
    private static final String SHELL = "/bin/sh";

    private static final String SCRIPT =
            """
            trap '' INT HUP
            kept=
            started() {
                set -- $(sed 's/.*) //' "/proc/$1/stat" 2> /dev/null)
                [ "$1" != Z ] && echo "${20}"
            }
            talks() {
                tr '\\0' '\\n' < "/proc/$1/cmdline" | {
                    before=
                    while read -r word; do
                        case $before in
                            --management | -G) [ "${word%/*}" != "$2" ] || exit 0 ;;
                        esac
                        before=$word
                    done
                    exit 1
                }
            }
            while read -r line; do kept=$line; done
            sleep 1 &
            last=$(started $!)
            wait
            for one in /proc/[0-9]*; do
                name=
                read -r name < "$one/comm"
                pid=${one#/proc/}
                case "$name $kept " in
                    *[" "]"$pid:"*) ;;
                    babeld" "* | openvpn" "*)
                        start=$(started "$pid")
                        if [ "${start:-$last}" -lt "$last" ] && talks "$pid" "$1"; then
                            case $name in
                                babeld) kept="$pid:$start $kept" ;;
                                *) kept="$kept $pid:$start" ;;
                            esac
                        fi ;;
                esac
            done 2> /dev/null
            waited=0 idle=0
            while [ $waited -lt "$2" ] && [ $idle -lt 2 ]; do
                sleep 1
                waited=$((waited + 1))
                if [ -n "$3" ]; then
                    case $(timeout 2 systemctl is-active "$3" 2> /dev/null) in
                        inactive | failed) idle=$((idle + 1)) ;;
                        *) idle=0 ;;
                    esac
                fi
            done
            end() {
                for one in $kept; do
                    [ "$(started "${one%:*}")" != "${one#*:}" ] || kill "-$1" "${one%:*}"
                    sleep "$2"
                done 2> /dev/null
            }
            end TERM 0.5
            sleep 3
            end KILL 0
            """;

    private final Process process;
    private final BufferedWriter input;

    private Keeper(Process process) {
        this.process = process;
        this.input = process.outputWriter();
    }

    /** {@code unit}: the service of systemd that we are, or the empty text. */
    static Keeper start(Path run, String unit) throws IOException {
        Process process = new ProcessBuilder(words(run, limit(), unit))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new Keeper(process);
    }

    /** {@link #LIMIT}; tests don't wait so long. */
    private static Duration limit() {
        return Duration.ofSeconds(Long.getLong("re6st.keep.seconds", LIMIT.toSeconds()));
    }

    static List<String> words(Path run, Duration limit, String unit) {
        return List.of(SHELL, "-c", SCRIPT, NAME, run.toString(), Long.toString(limit.toSeconds()), unit);
    }

    /** Whether these words start a keeper of the daemon of this RUN. */
    static boolean isOurs(List<String> words, Path run) {
        return words.size() == 7
                && words.get(0).equals(SHELL)
                && words.get(3).equals(NAME)
                && words.get(4).equals(run.toString());
    }

    /** The children as they are from here on. */
    synchronized void know(Collection<RunState.Child> children) {
        try {
            input.write(line(children));
            input.newLine();
            input.flush();
        } catch (IOException e) {
            LOG.debug("the keeper is gone: {}", e.toString());
        }
    }

    /** What it is told: each child by number and start, babeld first. */
    static String line(Collection<RunState.Child> children) {
        return children.stream()
                .sorted((a, b) -> Boolean.compare(isTunnel(a), isTunnel(b)))
                .map(child -> child.pid() + ":" + child.startTicks())
                .collect(Collectors.joining(" "));
    }

    private static boolean isTunnel(RunState.Child child) {
        return child.iface() != null;
    }

    long pid() {
        return process.pid();
    }

    /** It is not needed: there is nothing left to end. Waits for its end, which takes no time. */
    void end() {
        process.destroy();
        try {
            if (!process.waitFor(1, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The daemon ends, its children don't: from here on the keeper waits for another daemon. */
    synchronized void leave() {
        try {
            input.close();
        } catch (IOException e) {
            LOG.debug("the keeper is gone: {}", e.toString());
        }
    }
}
