/** Our own byte formats: packed integers, peer packets and peer messages. */
@NullMarked
package net.re6st.wire;

import org.jspecify.annotations.NullMarked;
