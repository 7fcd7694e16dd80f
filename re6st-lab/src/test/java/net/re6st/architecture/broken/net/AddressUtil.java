package net.re6st.architecture.broken.net;

import net.re6st.architecture.broken.core.Impatient;

/** A value that depends on a decision, and a name that says nothing. */
public record AddressUtil(Impatient core) {}
