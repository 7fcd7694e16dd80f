/** What the core commands: interfaces whose methods return nothing. */
@NullMarked
package net.re6st.core.port;

import org.jspecify.annotations.NullMarked;
