/** The registry program: parses options, wires, runs, undoes. */
@NullMarked
package net.re6st.registry;

import org.jspecify.annotations.NullMarked;
