/** What a running daemon answers to those who look at it: the requests, the answers, and the metrics. */
@NullMarked
package net.re6st.node.control;

import org.jspecify.annotations.NullMarked;
