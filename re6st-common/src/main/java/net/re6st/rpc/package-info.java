/** The calls of the registry: their table, the authentication ratchet, the HTTP client. */
@NullMarked
package net.re6st.rpc;

import org.jspecify.annotations.NullMarked;
