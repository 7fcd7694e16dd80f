/** What the tests of every module share: seeds, recorded vectors, logs. */
@NullMarked
package net.re6st.testing;

import org.jspecify.annotations.NullMarked;
