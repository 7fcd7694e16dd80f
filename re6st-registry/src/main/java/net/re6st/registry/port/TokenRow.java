package net.re6st.registry.port;

/** A token that was not used yet; {@code prefixLength} is what its owner will get. */
public record TokenRow(String token, String email, int prefixLength, long madeUnixSeconds) {}
