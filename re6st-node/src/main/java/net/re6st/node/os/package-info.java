/** The node's adapters to processes, sockets, HTTP and the kernel's network. */
@NullMarked
package net.re6st.node.os;

import org.jspecify.annotations.NullMarked;
