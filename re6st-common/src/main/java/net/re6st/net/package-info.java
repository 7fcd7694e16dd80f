/** The values everything speaks in: networks, prefixes, subnets, tunnel addresses, moments. */
@NullMarked
package net.re6st.net;

import org.jspecify.annotations.NullMarked;
