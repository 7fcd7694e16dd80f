package net.re6st.registry.port;

import net.re6st.net.Prefix;
import net.re6st.rpc.RpcSession;

/**
 * A session of a client that another one took the place of.
 *
 * @param state what its next call would be authenticated by
 * @param replacedUnixSeconds when the other one was used first
 * @param address from where that was
 */
public record ReplacedSession(Prefix client, RpcSession state, long replacedUnixSeconds, String address) {}
