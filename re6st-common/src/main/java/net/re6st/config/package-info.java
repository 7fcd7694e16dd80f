/** The network parameters and their encoding. */
@NullMarked
package net.re6st.config;

import org.jspecify.annotations.NullMarked;
