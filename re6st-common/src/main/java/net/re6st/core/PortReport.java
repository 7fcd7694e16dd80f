package net.re6st.core;

import java.util.List;
import net.re6st.net.Prefix;
import net.re6st.net.TunnelAddress;
import net.re6st.wire.TryOutcome;
import org.jspecify.annotations.Nullable;

/**
 * What peers found when they tried the addresses that we advertise.
 *
 * @param finished whether nothing more will come
 */
public record PortReport(boolean finished, List<Row> rows) {
    /** One address, and what each peer that was asked said of it. */
    public record Row(TunnelAddress address, List<Said> answers) {}

    /**
     * What one peer said.
     *
     * @param outcome null: nothing
     */
    public record Said(Prefix peer, @Nullable TryOutcome outcome, int millis) {}
}
