package net.re6st.node.command;

import java.time.Duration;
import net.re6st.cli.Failure;
import net.re6st.config.Json;
import net.re6st.node.control.ControlRequest;
import net.re6st.node.control.Fields;

/** {@code re6stnet reload}: has the daemon start again with its options read again, and waits until it runs. */
final class Reload {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long PAUSE_MILLIS = 200;

    private Reload() {}

    static int run(DaemonLink daemon, boolean json) throws Failure, InterruptedException {
        String before = daemon.ask(ControlRequest.STATUS).text("startedMicros");
        daemon.ask(ControlRequest.RELOAD);
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            Thread.sleep(PAUSE_MILLIS);
            Reply status = status(daemon);
            if (status.text("state").equals("running")
                    && !status.text("startedMicros").equals(before)) {
                String text = "re6stnet runs with its options read again";
                System.out.println(
                        json
                                ? Json.write(new Fields()
                                        .put("version", ControlRequest.VERSION)
                                        .put("kind", "reload")
                                        .value())
                                : text);
                return 0;
            }
        }
        throw new Failure(1, "the daemon does not run again after " + LIMIT.toSeconds() + " s: see its log");
    }

    /** Empty while it is between two lives. */
    private static Reply status(DaemonLink daemon) {
        try {
            return daemon.ask(ControlRequest.STATUS);
        } catch (Failure e) {
            return Reply.EMPTY;
        }
    }
}
