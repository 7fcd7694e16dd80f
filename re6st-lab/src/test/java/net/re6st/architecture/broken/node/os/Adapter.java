package net.re6st.architecture.broken.node.os;

import net.re6st.architecture.broken.core.Impatient;

/** An adapter and a core that know each other. */
public record Adapter(Impatient core) {}
