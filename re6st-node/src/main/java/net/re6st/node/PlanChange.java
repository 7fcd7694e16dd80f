package net.re6st.node;

import java.util.ArrayList;
import java.util.List;
import net.re6st.net.Bytes;
import net.re6st.node.os.BabelKeys;

/**
 * Decides what to do about programs that run when a node's plan becomes another one, as little as possible and in which order.
 * Pure; {@link PlanChanges} carries it out. See docs/decisions/0023.
 */
final class PlanChange {
    /** Tunnels of before are not silent longer than they bear, if hellos come at most so many times slower. */
    private static final int BEARABLE_SLOWDOWN = 2;

    /** Hellos of before are still frequent enough for tunnels of now, if they are less than so many times slower. */
    private static final int BEARABLE_DELAY = 4;

    private PlanChange() {}

    /** Whether interfaces must take up what changed, even if that loses packets. */
    static boolean mustChangeInterfaces(NodePlan before, NodePlan after, Bytes ownKey) {
        return before.babelKeys(ownKey).strict() != after.babelKeys(ownKey).strict()
                || isMuchFaster(before.helloSeconds(), after);
    }

    /** Whether hellos of before, in seconds, are too rare for tunnels of now. */
    static boolean isMuchFaster(int helloBefore, NodePlan after) {
        return helloBefore >= BEARABLE_DELAY * after.helloSeconds();
    }

    private static boolean isSlower(int helloBefore, NodePlan after) {
        return after.helloSeconds() > BEARABLE_SLOWDOWN * helloBefore;
    }

    /** Whether packets are refused that were believed. */
    static boolean isStricter(NodePlan before, NodePlan after, Bytes ownKey) {
        return !before.babelKeys(ownKey).strict() && after.babelKeys(ownKey).strict();
    }

    /** One thing to do. */
    enum Step {
        /** Everything is undone and started again. */
        RESTART,
        /** What OpenVPN processes are started with from here on, and who may come in; IPv4 addresses of all tunnels. */
        TUNNEL_OPTIONS,
        /** What babeld and new interfaces get from here on; another key, in place. */
        ROUTING_OPTIONS,
        /** The servers start again one by one, without traffic; on a mere client its tunnel, which OpenVPN itself keeps. */
        SERVERS,
        /** The tunnels that we dialled are replaced one by one, new before old. */
        TUNNELS,
        /** Addresses and routes of the IPv4 payload, but for addresses of tunnels. */
        ADDRESSES,
        /** The interfaces take up other options one by one, without traffic. */
        INTERFACES
    }

    /**
     * The steps from one plan to another one.
     *
     * @param ownKey signs Babel packets as long as the network has no key
     */
    static List<Step> steps(NodePlan before, NodePlan after, Bytes ownKey) {
        boolean ip4 = !before.ip4().equals(after.ip4()) || !before.ip4Whole().equals(after.ip4Whole());
        // What goes through a LAN takes its source address from a filter of babeld's, which is fixed.
        if (!before.servers().equals(after.servers()) || (ip4 && after.hasLan())) {
            return List.of(Step.RESTART);
        }
        List<Step> steps = new ArrayList<>();
        boolean hello = before.helloSeconds() != after.helloSeconds();
        boolean slower = isSlower(before.helloSeconds(), after);
        boolean encrypt = before.encrypt() != after.encrypt();
        BabelKeys keysBefore = before.babelKeys(ownKey);
        BabelKeys keys = after.babelKeys(ownKey);
        boolean strict = keysBefore.strict() != keys.strict();
        boolean options = hello
                || strict
                || !before.babelDefault().usable().equals(after.babelDefault().usable());
        if (hello || encrypt || ip4 || before.clientCount() != after.clientCount()) {
            steps.add(Step.TUNNEL_OPTIONS);
        }
        if (options || ip4 || !keysBefore.equals(keys)) {
            steps.add(Step.ROUTING_OPTIONS);
        }
        // Servers do with both ciphers; the tunnel of a mere client has one, and is nothing that we dialled.
        if (slower || (encrypt && after.isClient())) {
            steps.add(Step.SERVERS);
        }
        if (encrypt || slower) {
            steps.add(Step.TUNNELS);
        }
        if (ip4) {
            steps.add(Step.ADDRESSES);
        }
        if (options) {
            steps.add(Step.INTERFACES);
        }
        return List.copyOf(steps);
    }

    /**
     * The steps that an earlier daemon left to do when it ended before all interfaces had taken up other options, or that came
     * while there was none. Which of them it had done for some is not known.
     *
     * @param helloBefore what interfaces had before, in seconds
     */
    static List<Step> interrupted(int helloBefore, NodePlan after) {
        return isSlower(helloBefore, after)
                ? List.of(Step.SERVERS, Step.TUNNELS, Step.INTERFACES)
                : List.of(Step.INTERFACES);
    }
}
