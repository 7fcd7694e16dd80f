/** The registry's web pages: what people see, who may see it, and what they may change. */
@NullMarked
package net.re6st.registry.web;

import org.jspecify.annotations.NullMarked;
