/** The deterministic node: it decides everything and does no I/O; one thread calls it. */
@NullMarked
package net.re6st.core;

import org.jspecify.annotations.NullMarked;
