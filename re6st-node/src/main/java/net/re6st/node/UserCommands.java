package net.re6st.node;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import net.re6st.node.os.Children;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shell commands of {@code --up} and {@code --daemon}. Loop's thread only. */
final class UserCommands {
    private static final Logger LOG = LoggerFactory.getLogger(UserCommands.class);

    private final NodeOptions options;
    private final Map<String, String> environment;
    private final Children children;

    UserCommands(NodeOptions options, Map<String, String> environment, Children children) {
        this.options = options;
        this.environment = environment;
        this.children = children;
    }

    /** Runs {@code --up}, then starts each {@code --daemon}; a failure of the first goes to {@code failed} with its status. */
    void start(IntConsumer failed) {
        String up = options.up();
        if (up == null) {
            startDaemons();
            return;
        }
        shell(up, status -> {
            if (status == 0) {
                startDaemons();
            } else {
                LOG.error("--up {} failed with status {}", up, status);
                failed.accept(status);
            }
        });
    }

    private void startDaemons() {
        List<String> daemons = options.daemon();
        if (daemons != null) {
            for (String command : daemons) {
                shell(command, status -> LOG.warn("--daemon {} ended with status {}", command, status));
            }
        }
    }

    private void shell(String command, IntConsumer exited) {
        try {
            children.startShell(command, environment, exited);
        } catch (IOException e) {
            LOG.error("can't run {}: {}", command, e.getMessage());
            exited.accept(127);
        }
    }
}
