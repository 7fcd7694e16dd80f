package net.re6st.registry.core;

import java.util.Optional;

/**
 * A request as it came, before anything is decided about it.
 *
 * @param target as sent, not decoded
 * @param mac the header that authenticates it
 */
public record RpcRequest(String method, String target, Optional<String> mac, Caller caller) {}
