package net.re6st.registry.core;

import net.re6st.net.Moment;
import net.re6st.registry.port.Actor;

/** Who does something, and when. */
public record Occasion(Actor actor, Moment now) {
    /** Something the registry does by itself. */
    static Occasion own(Moment now) {
        return new Occasion(Actor.REGISTRY, now);
    }

    public long unixSeconds() {
        return Math.floorDiv(now.wallMicros(), 1_000_000L);
    }
}
