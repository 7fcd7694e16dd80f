/** The promises of the code's shape, each a test that fails with a reason. */
@NullMarked
package net.re6st.architecture;

import org.jspecify.annotations.NullMarked;
