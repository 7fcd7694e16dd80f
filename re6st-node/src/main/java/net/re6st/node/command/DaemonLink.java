package net.re6st.node.command;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import net.re6st.cli.Failure;
import net.re6st.config.Json;
import net.re6st.config.Value;
import net.re6st.node.control.ControlRequest;
import net.re6st.node.os.LocalConnection;

/** The daemon of one RUN, seen through its control socket; owns how "it does not run" is told from "nobody knows". */
public final class DaemonLink {
    /** The exit status when no daemon runs. */
    static final int STOPPED = 3;

    /** The exit status when that can't be found out. */
    static final int UNKNOWN = 4;

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int MAX_ANSWER_BYTES = 64 << 20;

    private final Path run;

    public DaemonLink(Path run) {
        this.run = run;
    }

    /** Asks once. Fails with status 3 if no daemon runs, 4 if that can't be told, 1 if it refuses. */
    Reply ask(ControlRequest request) throws Failure {
        Reply reply = Reply.of(value(request));
        if (reply.text("kind").equals("error")) {
            throw new Failure(1, "the daemon refuses: " + reply.text("message"));
        }
        return reply;
    }

    Value value(ControlRequest request) throws Failure {
        String answer;
        try (LocalConnection connection = connect()) {
            connection.write(request.line());
            answer = connection
                    .readLine(MAX_ANSWER_BYTES)
                    .orElseThrow(() -> new Failure(UNKNOWN, "the daemon closed the connection"));
        } catch (IOException e) {
            throw new Failure(UNKNOWN, "the daemon does not answer: " + e.getMessage());
        }
        Value value = Json.parse(answer).orElseThrow(() -> new Failure(UNKNOWN, "the daemon's answer is not JSON"));
        long version = Reply.of(value).whole("version");
        if (version != ControlRequest.VERSION) {
            throw new Failure(
                    UNKNOWN,
                    "the daemon answers in version " + version + ", this program reads " + ControlRequest.VERSION
                            + ": restart the daemon");
        }
        return value;
    }

    private LocalConnection connect() throws Failure {
        Path socket = ControlRequest.socket(run);
        try {
            return LocalConnection.to(UnixDomainSocketAddress.of(socket), PATIENCE);
        } catch (IOException | IllegalArgumentException e) {
            boolean hidden = Files.exists(run) ? !Files.isExecutable(run) : !Files.notExists(run);
            if (hidden || (Files.exists(socket) && !Files.isWritable(socket))) {
                throw new Failure(UNKNOWN, "can't look into " + run + ": only root may");
            }
            throw new Failure(STOPPED, "no daemon runs with --run " + run);
        }
    }
}
