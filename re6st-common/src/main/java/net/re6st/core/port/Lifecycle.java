package net.re6st.core.port;

import java.util.List;
import net.re6st.config.NetworkParameters;

/** What only the daemon as a whole can do. */
public interface Lifecycle {
    /** {@code Startup} has all it needs: build the host's network, the listeners, babeld and the node. */
    void ready(Identity identity, NetworkParameters parameters);

    /** New parameters were adopted: the daemon applies what concerns its processes (see the parameter's effect). */
    void parametersChanged(NetworkParameters before, NetworkParameters after);

    /** Keep this for a daemon that takes over from this one: all peers that are avoided, in place of those of the last call. */
    void leave(List<Avoided> avoided);

    /** Undo everything and start again with the stored parameters; {@code reason} is logged. */
    void restart(String reason);

    /** Undo everything and end with an error; {@code reason} is logged. */
    void fail(String reason);
}
