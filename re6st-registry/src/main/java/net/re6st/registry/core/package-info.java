/** What the registry decides: tokens, prefixes, certificates, parameters; no I/O. */
@NullMarked
package net.re6st.registry.core;

import org.jspecify.annotations.NullMarked;
