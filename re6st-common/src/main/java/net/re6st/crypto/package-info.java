/** Certificates, credentials, session keys and signatures. */
@NullMarked
package net.re6st.crypto;

import org.jspecify.annotations.NullMarked;
