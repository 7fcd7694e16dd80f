package net.re6st.node.os;

import net.re6st.core.port.HostNetwork;

/** Without {@code --remote-gateway}: the routes of this host serve as they are. */
public final class UnusedHostNetwork implements HostNetwork {
    @Override
    public void dialled(String ip) {}

    @Override
    public void served(String ip) {}

    @Override
    public void released(String ip) {}
}
