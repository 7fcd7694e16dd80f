/** What the registry's decisions command. */
@NullMarked
package net.re6st.registry.port;

import org.jspecify.annotations.NullMarked;
