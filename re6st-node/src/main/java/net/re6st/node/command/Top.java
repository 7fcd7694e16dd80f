package net.re6st.node.command;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import net.re6st.cli.Failure;
import net.re6st.node.control.ControlRequest;

/** {@code re6stnet top}: shows a {@link TopScreen} each second until q is typed, and leaves the terminal as it was. */
final class Top {
    private static final long FRAME_NANOS = 1_000_000_000L;
    private static final long KEY_MILLIS = 50;
    private static final String ENTER = "\u001b[?1049h\u001b[?25l";
    private static final String LEAVE = "\u001b[?25h\u001b[?1049l";
    private static final String HOME = "\u001b[H";
    private static final String END_OF_LINE = "\u001b[K\n";
    private static final String END_OF_SCREEN = "\u001b[J";

    private final DaemonLink daemon;
    private final PrintStream out = System.out;
    private final AtomicBoolean restored = new AtomicBoolean();

    private Top(DaemonLink daemon) {
        this.daemon = daemon;
    }

    static int run(DaemonLink daemon) throws Failure, IOException, InterruptedException {
        if (!Terminal.isTerminal(0) || !Terminal.isTerminal(1)) {
            throw new Failure("top needs a terminal; programs read: re6stnet status --json");
        }
        daemon.ask(ControlRequest.STATUS);
        new Top(daemon).show();
        return 0;
    }

    private void show() throws Failure, IOException, InterruptedException {
        String saved = stty("-g").strip();
        Thread restore = new Thread(() -> restore(saved));
        Runtime.getRuntime().addShutdownHook(restore);
        try {
            stty("-icanon", "-echo", "min", "1", "time", "0");
            out.print(ENTER);
            frames();
        } finally {
            restore(saved);
        }
    }

    private void frames() throws Failure, IOException, InterruptedException {
        TopScreen screen = new TopScreen(Terminal.ofStandardOutput());
        do {
            Reply status = daemon.ask(ControlRequest.STATUS);
            Reply tunnels = daemon.ask(ControlRequest.TUNNELS);
            String[] size = stty("size").strip().split(" ");
            boolean known = size.length == 2 && size[0].matches("[1-9]\\d{0,3}") && size[1].matches("[1-9]\\d{0,3}");
            List<String> lines = screen.frame(
                    status,
                    tunnels,
                    System.nanoTime(),
                    known ? Integer.parseInt(size[0]) : 24,
                    known ? Integer.parseInt(size[1]) : 80);
            // Without a line's end after the last one: it would scroll a full screen.
            out.print(HOME + String.join(END_OF_LINE, lines) + "\u001b[K" + END_OF_SCREEN);
            out.flush();
        } while (!isQuitTyped());
    }

    /** Waits for the next frame; true as soon as q is typed, or nothing can be typed any more. */
    private static boolean isQuitTyped() throws IOException, InterruptedException {
        long end = System.nanoTime() + FRAME_NANOS;
        while (System.nanoTime() - end < 0) {
            while (System.in.available() > 0) {
                int key = System.in.read();
                if (key == 'q' || key == 'Q' || key < 0) {
                    return true;
                }
            }
            Thread.sleep(KEY_MILLIS);
        }
        return false;
    }

    private void restore(String saved) {
        if (restored.compareAndSet(false, true)) {
            out.print(LEAVE);
            out.flush();
            try {
                stty(saved);
            } catch (IOException e) {
                System.err.println("re6stnet: can't restore the terminal (type: stty sane): " + e.getMessage());
            }
        }
    }

    private static String stty(String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of("stty"));
        words.addAll(List.of(arguments));
        Process process = new ProcessBuilder(words)
                .redirectInput(Path.of("/dev/tty").toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            if (!process.waitFor(5, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("stty " + String.join(" ", arguments) + " failed");
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
