/** Benchmarks: the figures that {@code bin/bench} prints. */
@NullMarked
package net.re6st.lab.bench;

import org.jspecify.annotations.NullMarked;
