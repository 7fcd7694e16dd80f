package net.re6st.architecture.broken.core.port;

import net.re6st.architecture.broken.core.Impatient;

/** A port that answers, and knows who calls it. */
public interface Tunnels {
    boolean dial();

    void close(Impatient core);
}
