/** The re6st-conf program: enrolment in a network. */
@NullMarked
package net.re6st.conf;

import org.jspecify.annotations.NullMarked;
