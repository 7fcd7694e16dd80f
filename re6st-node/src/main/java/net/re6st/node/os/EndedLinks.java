package net.re6st.node.os;

import java.time.Duration;
import net.re6st.net.Iface;

/**
 * Tells babeld that tunnels ended, by taking their interfaces down: decides when each is its turn. Loop's thread only.
 */
final class EndedLinks {
    /*
     * babeld keeps for each neighbour what it will send to it alone. If the interface goes down before that was sent, babeld
     * 1.12 finds no link-local address to sign with, and tries again at once, for ever: it neither hears nor answers
     * anybody, and logs a million lines per second, until it gives the neighbour up. One link alone seldom ends at such a moment. But
     * when several end together, the loss of the first makes babeld ask for other ways over the second: so the next
     * interface goes down only when that has left. Meanwhile its neighbours don't answer, which harms nobody.
     *
     * Carrier sense of babeld would tell it faster, of all of them at once.
     */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final EventLoop loop;
    private final Commands commands;
    private long nextNanos = System.nanoTime();

    EndedLinks(EventLoop loop, Commands commands) {
        this.loop = loop;
        this.commands = commands;
    }

    /** How long babeld may keep what it sends to one neighbour, with what the network has for a hello interval. */
    static Duration pause(Duration hello) {
        Duration pause = hello.dividedBy(4);
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    /** Takes the interface down when it is its turn; then does the rest, in the loop. */
    void takeDown(Iface iface, Duration pause, Runnable rest) {
        long now = System.nanoTime();
        Runnable act = () -> commands.submit(() -> {
            Commands.run(LinuxNetwork.down(iface));
            loop.post(rest);
        });
        if (nextNanos - now <= 0) {
            nextNanos = now + pause.toNanos();
            act.run();
        } else {
            loop.after(Duration.ofNanos(nextNanos - now), act);
            nextNanos += pause.toNanos();
        }
    }
}
