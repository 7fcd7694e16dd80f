package net.re6st.node;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;
import net.re6st.cli.Failure;
import net.re6st.net.Subnet;
import net.re6st.node.PlanChange.Step;
import net.re6st.node.os.BabelDefault;
import net.re6st.node.os.BabeldDaemon;
import net.re6st.node.os.Commands;
import net.re6st.node.os.EventLoop;
import net.re6st.node.os.InterfaceRenewal;
import net.re6st.node.os.LinuxNetwork.Change;
import net.re6st.node.os.ServerRenewal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what {@link PlanChange} decides: at once, or if it costs links one step at a time, after those that were begun
 * before. Every step looks at the newest plan. Loop's thread only.
 */
final class PlanChanges {
    private static final Logger LOG = LoggerFactory.getLogger(PlanChanges.class);

    /** Not all nodes at once: what costs links begins at a random time within so many hellos. */
    private static final int SPREAD_HELLOS = 8;

    private static final Duration CERTIFICATE_DELAY = Duration.ofMinutes(2);
    private static final int CERTIFICATE_SPREAD_MILLIS = 15 * 60_000;

    /** Tests can't wait so long. */
    private static final @Nullable Long GIVEN_DELAY_SECONDS = Long.getLong("re6st.renewal.delay");

    private final EventLoop loop;
    private final RandomGenerator choices;
    private final Subnet subnet;
    private final RunningNode running;
    private final HostChanges host;
    private final Runnable restart;
    private final InterfaceRenewal interfaces;
    private final ServerRenewal servers;
    private final Deque<Step> waiting = new ArrayDeque<>();
    private NodePlan plan;
    private boolean busy;
    private boolean insist;
    /** Whether interfaces still believe packets that babeld would not believe if it were started now. */
    private boolean lenient;

    /** Whether servers, or the tunnel of a mere client, are about to be started again for a certificate. */
    private boolean renewing;

    private NodePlan previous;

    /** Makes changes of the host, to be undone at the end. */
    @FunctionalInterface
    interface HostChanges {
        void make(Change change) throws Failure;
    }

    PlanChanges(
            EventLoop loop,
            Commands commands,
            RandomGenerator choices,
            Subnet subnet,
            RunningNode running,
            HostChanges host,
            Runnable restart) {
        this.loop = loop;
        this.choices = choices;
        this.subnet = subnet;
        this.running = running;
        this.host = host;
        this.restart = restart;
        this.interfaces = new InterfaceRenewal(loop, commands, running.babeld());
        this.servers = new ServerRenewal(loop, running.babeld(), running.tunnels());
        this.plan = running.plan();
        this.previous = plan;
        running.babeld().tellOutdated(this::resume);
    }

    /** From here on {@code fresh} is the plan; a restart waits for {@code delay}. */
    void begin(NodePlan fresh, Duration delay) {
        if (!fresh.babelDefault().equals(plan.babelDefault())) {
            warn(fresh.babelDefault());
        }
        List<Step> steps = PlanChange.steps(plan, fresh, running.ownKey());
        previous = plan;
        insist |= PlanChange.mustChangeInterfaces(plan, fresh, running.ownKey());
        lenient |= PlanChange.isStricter(plan, fresh, running.ownKey());
        plan = fresh;
        if (steps.contains(Step.RESTART)) {
            LOG.info("restarting in {} s: the new parameters need it", delay.toSeconds());
            loop.after(delay, restart);
            return;
        }
        if (!steps.isEmpty()) {
            LOG.info("the new parameters need {}", steps);
        }
        take(steps);
    }

    /** Goes on with what an earlier daemon began, or could not; {@code helloBefore}: seconds. */
    private void resume(int helloBefore) {
        List<Step> steps = PlanChange.interrupted(helloBefore, plan);
        LOG.info("babeld may have interfaces with options of before the restart: the parameters need {}", steps);
        insist |= PlanChange.isMuchFaster(helloBefore, plan);
        take(steps);
    }

    private void take(List<Step> steps) {
        for (Step step : steps) {
            if (!costsLinks(step)) {
                carryOut(step);
            } else if (!waiting.contains(step)) {
                waiting.add(step);
            }
        }
        next();
    }

    /**
     * Our certificate or the CA's was replaced: servers have read the files of before. Those are good for days, and a new CA
     * comes to all nodes at once, so there is time. Ours and the CA's often come together: once is enough.
     */
    void certificateRenewed() {
        if (renewing) {
            return;
        }
        renewing = true;
        Duration delay = GIVEN_DELAY_SECONDS == null
                ? CERTIFICATE_DELAY.plusMillis(choices.nextInt(CERTIFICATE_SPREAD_MILLIS))
                : Duration.ofSeconds(GIVEN_DELAY_SECONDS);
        String what = plan.isClient()
                ? "the tunnel is started again with the new certificate"
                : "servers are started again with the new certificate, one by one";
        LOG.info("{}, in {} s", what, delay.toSeconds());
        loop.after(delay, () -> {
            renewing = false;
            if (!waiting.contains(Step.SERVERS)) {
                waiting.add(Step.SERVERS);
            }
            next();
        });
    }

    private void next() {
        Step step = busy ? null : waiting.poll();
        if (step == null) {
            return;
        }
        busy = true;
        int millis = 1 + choices.nextInt(1000 * SPREAD_HELLOS * plan.helloSeconds());
        loop.after(Duration.ofMillis(millis), () -> carryOut(step));
    }

    /** Such steps come one after the other. */
    private static boolean costsLinks(Step step) {
        return step == Step.INTERFACES || step == Step.SERVERS;
    }

    private void done(Step step) {
        LOG.info("done: {}", step);
        busy = false;
        next();
    }

    private void carryOut(Step step) {
        Duration hello = Duration.ofSeconds(plan.helloSeconds());
        switch (step) {
            case TUNNEL_OPTIONS ->
                running.tunnels().configure(plan.openvpn(running.host().openvpn()), plan.clientCount() + 2);
            case ROUTING_OPTIONS -> running.babeld().configure(setup(plan, subnet), plan.babelKeys(running.ownKey()));
            case TUNNELS -> running.node().onTunnelsOutdated(loop.now());
            case ADDRESSES -> changeAddresses();
            case SERVERS -> servers.begin(hello, () -> done(step));
            case INTERFACES -> {
                boolean must = insist;
                insist = false;
                interfaces.begin(new InterfaceRenewal.Work(hello, must), complete -> {
                    settle(complete);
                    done(step);
                });
            }
            case RESTART -> throw new IllegalStateException("a restart is no step among others");
        }
    }

    /** LAN interfaces keep their options; other ones than those of now do no harm, but all must refuse unsigned packets. */
    private void settle(boolean complete) {
        lenient &= !complete || plan.hasLan();
        if (!lenient && !waiting.contains(Step.INTERFACES)) {
            running.babeld().settled();
        }
    }

    private void changeAddresses() {
        List<Change> before = new ArrayList<>(previous.payload());
        before.addAll(previous.rules());
        List<Change> after = new ArrayList<>(plan.payload());
        after.addAll(plan.rules());
        before.stream().filter(change -> !after.contains(change)).forEach(change -> Commands.run(change.undo()));
        for (Change change : after) {
            if (!before.contains(change)) {
                try {
                    host.make(change);
                } catch (Failure e) {
                    LOG.error("the IPv4 payload is incomplete: {}", e.getMessage());
                }
            }
        }
    }

    /** Tells which options of the network can't be used. */
    static void warn(BabelDefault options) {
        if (!options.refused().isEmpty()) {
            LOG.warn("the registry's babel_default: left out, as babeld might refuse it: {}", options.refused());
        }
    }

    /** How babeld is run by a plan. */
    static BabeldDaemon.Setup setup(NodePlan plan, Subnet own) {
        return new BabeldDaemon.Setup(
                plan::babeld,
                plan.babeldControl(),
                plan.babeldLog(),
                plan.helloSeconds(),
                plan.babelDefault().usable(),
                own.network(),
                own.prefix(),
                plan.table());
    }
}
