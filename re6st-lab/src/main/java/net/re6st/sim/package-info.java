/** The simulator: many cores in one virtual machine. */
@NullMarked
package net.re6st.sim;

import org.jspecify.annotations.NullMarked;
