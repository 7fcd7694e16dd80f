/** Network-namespace hosts, tests, demo and benchmarks. */
@NullMarked
package net.re6st.lab;

import org.jspecify.annotations.NullMarked;
