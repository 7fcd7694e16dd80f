package net.re6st.core;

import net.re6st.core.port.Cryptography;
import net.re6st.core.port.HostNetwork;
import net.re6st.core.port.Lifecycle;
import net.re6st.core.port.LinkProbe;
import net.re6st.core.port.PeerChannel;
import net.re6st.core.port.PortMapper;
import net.re6st.core.port.RegistryLink;
import net.re6st.core.port.RemoteProbe;
import net.re6st.core.port.Resolver;
import net.re6st.core.port.RoutingDaemon;
import net.re6st.core.port.Store;
import net.re6st.core.port.TunnelProcesses;

/** All that a node commands. */
public record Ports(
        RoutingDaemon routing,
        TunnelProcesses tunnels,
        PeerChannel channel,
        RegistryLink registry,
        Cryptography cryptography,
        Store store,
        HostNetwork host,
        Resolver resolver,
        PortMapper mapper,
        LinkProbe probe,
        RemoteProbe remote,
        Lifecycle lifecycle) {}
