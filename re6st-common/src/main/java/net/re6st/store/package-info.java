/** The peer database on disk. */
@NullMarked
package net.re6st.store;

import org.jspecify.annotations.NullMarked;
