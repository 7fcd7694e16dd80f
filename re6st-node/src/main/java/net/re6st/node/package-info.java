/** The re6stnet program: parses options, wires the adapters to the core, runs, undoes. */
@NullMarked
package net.re6st.node;

import org.jspecify.annotations.NullMarked;
