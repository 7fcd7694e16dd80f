package net.re6st.registry.port;

import java.util.OptionalLong;
import net.re6st.net.Prefix;

/** A node's certificate and what is looked up about it without parsing it. */
public record CertificateRow(Prefix prefix, String pem, long serial, OptionalLong subjectSerial, long endUnixSeconds) {}
