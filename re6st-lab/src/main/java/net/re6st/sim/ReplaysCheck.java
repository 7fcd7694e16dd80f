package net.re6st.sim;

import java.util.List;

/** Nobody answers a message of a session that it had before. */
final class ReplaysCheck extends Check {
    private final History history;
    private int seen;

    ReplaysCheck(Simulation simulation, History history, Violations violations) {
        super("replays", simulation, violations);
        this.history = history;
    }

    @Override
    void look() {
        List<SimNode> fooled = history.fooled();
        for (; seen < fooled.size(); seen++) {
            violated(fooled.get(seen), "answered a recorded message that was sent again");
        }
    }
}
