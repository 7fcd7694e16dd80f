/** Faults on purpose: a schedule of them, how each is made and undone, and what it cost a network until it was whole again. */
@NullMarked
package net.re6st.lab.chaos;

import org.jspecify.annotations.NullMarked;
