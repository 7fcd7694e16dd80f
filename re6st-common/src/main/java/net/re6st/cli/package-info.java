/** Command lines, option files and logging, for all programs. */
@NullMarked
package net.re6st.cli;

import org.jspecify.annotations.NullMarked;
