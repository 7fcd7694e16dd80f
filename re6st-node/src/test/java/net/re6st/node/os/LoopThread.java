package net.re6st.node.os;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The thread of an event loop, for tests that wait for what happens in it. */
final class LoopThread {
    private LoopThread() {}

    /** Not started yet; ends when the loop is stopped. */
    static Thread of(EventLoop loop) {
        return new Thread(() -> {
            try {
                loop.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
