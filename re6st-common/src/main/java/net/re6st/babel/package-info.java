/** Codecs of the two protocols in which babeld is controlled; no I/O. */
@NullMarked
package net.re6st.babel;

import org.jspecify.annotations.NullMarked;
