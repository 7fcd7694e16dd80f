/** The subcommands of re6st-registry: what an administrator does in a terminal, and programs by JSON. */
@NullMarked
package net.re6st.registry.command;

import org.jspecify.annotations.NullMarked;
