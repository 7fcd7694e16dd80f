package net.re6st.sim;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.core.Answer;
import net.re6st.registry.core.InquiryMessages;
import net.re6st.registry.port.Inquiry;
import net.re6st.registry.port.Overlay;
import org.jspecify.annotations.Nullable;

/** The registry's calls that wait for nodes, and the overlay network as they reach it. */
final class WaitingCalls implements Overlay, AutoCloseable {
    /*
     * The registry's core asks nodes by a method that blocks. Here each such call has a thread of its own, as it has in
     * production, but only one thread ever runs: the simulation hands over to a call and sleeps until that waits for a node
     * or ends. So everything happens in the order of the event queue, whatever the machine's scheduler does.
     *
     * The limits are those of the production server: so many calls wait at once, so many more queue, the rest are refused.
     */
    private static final int MAX_RUNNING = 32;
    private static final int MAX_QUEUED = 64;
    private static final Duration PAUSE = Duration.ofMillis(1);
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 40_000;

    private final Simulation simulation;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "registry call");
        thread.setDaemon(true);
        return thread;
    });
    private final Semaphore simulator = new Semaphore(0);
    /** Of this simulation only: several may run in one process. */
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<Call> own = new ThreadLocal<>();

    private final Map<Integer, Call> byPort = new HashMap<>();
    private final Deque<Runnable> queued = new ArrayDeque<>();
    private int running;
    private int calls;

    /** One call. Only the thread that has the turn touches it. */
    private static final class Call {
        private final Consumer<Answer> done;
        private final Semaphore turn = new Semaphore(0);
        private final Deque<Bytes> inbox = new ArrayDeque<>();
        private int port;
        private int waits;
        private boolean waiting;
        private @Nullable Answer answer;
        private @Nullable RuntimeException failure;

        Call(Consumer<Answer> done) {
            this.done = done;
        }
    }

    WaitingCalls(Simulation simulation) {
        this.simulation = simulation;
    }

    /** Runs a call; what it answers comes later. */
    void run(Supplier<Answer> work, Consumer<Answer> done) {
        if (running < MAX_RUNNING) {
            begin(work, done);
        } else if (queued.size() < MAX_QUEUED) {
            queued.add(() -> begin(work, done));
        } else {
            done.accept(Answer.error(Answer.TOO_MANY_REQUESTS, "too many calls wait for nodes"));
        }
    }

    private void begin(Supplier<Answer> work, Consumer<Answer> done) {
        running++;
        Call call = new Call(done);
        threads.execute(() -> {
            own.set(call);
            try {
                call.answer = work.get();
            } catch (CallCancelled e) {
                return;
            } catch (RuntimeException e) {
                call.failure = e;
            } finally {
                own.remove();
                simulator.release();
            }
        });
        simulator.acquireUninterruptibly();
        endIfAnswered(call);
    }

    private void endIfAnswered(Call call) {
        if (call.failure != null) {
            throw new IllegalStateException("a call of the registry failed", call.failure);
        }
        Answer answer = call.answer;
        if (answer == null) {
            return;
        }
        running--;
        byPort.remove(call.port);
        simulation.queue().post(PAUSE, () -> call.done.accept(answer));
        Runnable next = queued.poll();
        if (next != null) {
            next.run();
        }
    }

    /** Gives a call the turn until it waits again or ends. */
    private void resume(Call call) {
        call.waiting = false;
        call.turn.release();
        simulator.acquireUninterruptibly();
        endIfAnswered(call);
    }

    void onAnswer(int port, Bytes datagram) {
        Call call = byPort.get(port);
        if (call != null) {
            simulation.queue().post(Duration.ofNanos(100_000), () -> {
                if (byPort.get(port) == call) {
                    call.inbox.add(datagram);
                    if (call.waiting) {
                        resume(call);
                    }
                }
            });
        }
    }

    // As the registry's core sees it

    @Override
    public void announceVersion(Prefix registryNode) {
        if (!simulation.nodes().isEmpty()) {
            SimRegistry.tell(simulation, FIRST_PORT - 1, InquiryMessages.newVersion(registryNode));
        }
    }

    @Override
    public void ask(Inquiry inquiry) {
        Call call = own.get();
        if (call == null) {
            throw new IllegalStateException("a call that waits must be begun as one");
        }
        call.port = FIRST_PORT + calls++ % PORTS;
        byPort.put(call.port, call);
        boolean open = simulation.nodes().get(0).isRunning();
        while (open) {
            Optional<Prefix> asked = inquiry.next();
            asked.ifPresent(node -> InquiryMessages.questions(inquiry, node)
                    .forEach(question -> SimRegistry.tell(simulation, call.port, question)));
            Bytes datagram = receive(call, asked.isPresent() ? PAUSE : Inquiry.PATIENCE);
            if (datagram != null) {
                InquiryMessages.take(inquiry, datagram);
            }
            open = (datagram != null || asked.isPresent()) && inquiry.isOpen();
        }
        byPort.remove(call.port);
    }

    /** Null: nothing came in time. */
    private @Nullable Bytes receive(Call call, Duration patience) {
        if (call.inbox.isEmpty()) {
            int wait = ++call.waits;
            call.waiting = true;
            simulation.queue().post(patience, () -> {
                if (call.waiting && call.waits == wait) {
                    resume(call);
                }
            });
            simulator.release();
            try {
                call.turn.acquire();
            } catch (InterruptedException e) {
                throw new CallCancelled();
            }
        }
        return call.inbox.poll();
    }

    /** The simulation ended while a call waited. */
    private static final class CallCancelled extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @Override
    public List<Prefix> reachable() {
        SimNode registryNode = simulation.nodes().get(0);
        Components components = simulation.routing().components();
        List<Prefix> nodes = new ArrayList<>();
        for (int i = 0; i < components.size(0); i++) {
            int member = components.member(0, i);
            if (member != 0 && registryNode.isRunning()) {
                nodes.add(registryNode.sibling(member).prefix());
            }
        }
        return nodes;
    }

    /** The simulated node answers no questions about its links. */
    @Override
    public Map<Prefix, Integer> delaysMillis() {
        return Map.of();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
