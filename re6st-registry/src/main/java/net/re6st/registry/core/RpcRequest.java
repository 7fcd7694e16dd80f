package net.re6st.registry.core;

import java.util.List;
import java.util.Optional;

/**
 * A request as it came, before anything is decided about it.
 *
 * @param target as sent, not decoded
 * @param mac the header that authenticates it
 * @param peer the address of the connection's other end
 * @param forwardedFor the values of {@code X-Forwarded-For}
 */
public record RpcRequest(String method, String target, Optional<String> mac, String peer, List<String> forwardedFor) {}
