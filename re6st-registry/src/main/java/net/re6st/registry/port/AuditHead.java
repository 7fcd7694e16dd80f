package net.re6st.registry.port;

import net.re6st.net.Bytes;

/** What the last row of the audit log is; {@code seal} shows that a holder of the CA's key wrote it. */
public record AuditHead(long number, Bytes hash, Bytes seal) {}
