package net.re6st.core.port;

import java.time.Duration;
import net.re6st.net.Prefix;

/**
 * A peer that is not dialled for a while, as a link with it was not worth keeping.
 *
 * @param sinceWallMicros when that was, by the wall clock: another process has another monotonic one
 * @param pause from then on; the next one will be longer
 */
public record Avoided(Prefix peer, long sinceWallMicros, Duration pause) {}
