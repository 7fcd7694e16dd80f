/** The registry's adapters to HTTP, SQLite and mail. */
@NullMarked
package net.re6st.registry.os;

import org.jspecify.annotations.NullMarked;
