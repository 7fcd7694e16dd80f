/** The subcommands of re6stnet: they ask the daemon on this host, or look at the host, and show what they found. */
@NullMarked
package net.re6st.node.command;

import org.jspecify.annotations.NullMarked;
