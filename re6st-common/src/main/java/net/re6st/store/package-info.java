/** Databases on disk: of peers, and of where addresses are. */
@NullMarked
package net.re6st.store;

import org.jspecify.annotations.NullMarked;
