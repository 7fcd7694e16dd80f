package net.re6st.node;

import java.math.BigInteger;
import java.util.List;
import java.util.function.Consumer;
import net.re6st.config.NetworkParameters;
import net.re6st.core.Node;
import net.re6st.core.Startup;
import net.re6st.core.port.ClientId;
import net.re6st.core.port.Identity;
import net.re6st.core.port.PeerCertificate;
import net.re6st.core.port.PeerChannel.Source;
import net.re6st.core.port.PortMapper.Failure;
import net.re6st.core.port.PortMapper.Grant;
import net.re6st.core.port.PortMapping;
import net.re6st.core.port.ProbeAnswer;
import net.re6st.core.port.RegistryLink.Call;
import net.re6st.core.port.RoutingView;
import net.re6st.core.port.Ticket;
import net.re6st.net.Bytes;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.node.os.BabeldDaemon;
import net.re6st.node.os.CryptographyPool;
import net.re6st.node.os.EventLoop;
import net.re6st.node.os.NatRouter;
import net.re6st.node.os.RegistryWorker;
import net.re6st.node.os.TunnelEvents;
import net.re6st.wire.TryOutcome;
import org.jspecify.annotations.Nullable;

/**
 * Where everything the adapters report enters the core, with the time: {@link Startup} until that is done, then
 * {@link Node}. Loop's thread only.
 */
final class CoreEvents
        implements TunnelEvents,
                BabeldDaemon.Events,
                RegistryWorker.Events,
                CryptographyPool.Events,
                NatRouter.Events,
                EventLoop.Ticker {
    private final EventLoop loop;
    private @Nullable Startup startup;
    private @Nullable Node node;
    private Consumer<Iface> interfaces = iface -> {};
    private Runnable renewed = () -> {};

    CoreEvents(EventLoop loop) {
        this.loop = loop;
    }

    void begin(Startup first) {
        startup = first;
    }

    /** Who wants to hear of interfaces besides the core. */
    void tellInterfaces(Consumer<Iface> listener) {
        interfaces = listener;
    }

    /** Who wants to hear of other certificates besides the core, once the node runs. */
    void tellRenewals(Runnable listener) {
        renewed = listener;
    }

    /** From here on events are the node's. */
    void run(Node running) {
        startup = null;
        node = running;
    }

    @Override
    public long nextDeadlineNanos() {
        if (node != null) {
            return node.nextDeadlineNanos();
        }
        return startup != null ? startup.nextDeadlineNanos() : Long.MAX_VALUE;
    }

    @Override
    public void onTimer(Moment now) {
        if (node != null) {
            node.onTimer(now);
        } else if (startup != null) {
            startup.onTimer(now);
        }
    }

    void onDatagram(Source source, Bytes datagram) {
        if (node != null) {
            node.onDatagram(source, datagram, loop.now());
        }
    }

    void onUnsent(Ip6 destination) {
        if (node != null) {
            node.onUnsent(destination, loop.now());
        }
    }

    void onProbed(ProbeAnswer answer) {
        if (node != null) {
            node.onProbeAnswered(answer, loop.now());
        }
    }

    void onRemoteTried(Ticket ticket, TryOutcome outcome) {
        if (node != null) {
            node.onRemoteTried(ticket, outcome, loop.now());
        }
    }

    void onResolved(Ticket ticket, List<String> ips) {
        if (node != null) {
            node.onResolved(ticket, ips, loop.now());
        }
    }

    @Override
    public void onMapped(PortMapping mapping, Grant grant) {
        if (node != null) {
            node.onMapped(mapping, grant, loop.now());
        }
    }

    @Override
    public void onMappingFailed(PortMapping mapping, Failure failure, String reason) {
        if (node != null) {
            node.onMappingFailed(mapping, failure, reason, loop.now());
        }
    }

    @Override
    public void onRoutes(RoutingView view) {
        if (node != null) {
            node.onRoutes(view, loop.now());
        }
    }

    @Override
    public void onRoutingRestarted() {
        if (node != null) {
            node.onRoutingRestarted(loop.now());
        }
    }

    @Override
    public void onInterface(Iface iface) {
        interfaces.accept(iface);
    }

    @Override
    public void onTunnelUp(Iface iface, Prefix peer, BigInteger serial, @Nullable String externalIp) {
        if (node != null) {
            node.onTunnelUp(iface, peer, serial, externalIp, loop.now());
        }
    }

    @Override
    public void onTunnelExit(Iface iface, String reason) {
        if (node != null) {
            node.onTunnelExit(iface, reason, loop.now());
        }
    }

    @Override
    public void onClientConnecting(ClientId client, Prefix peer, BigInteger serial, String trustedIp) {
        if (node != null) {
            node.onClientConnecting(client, peer, serial, trustedIp, loop.now());
        }
    }

    @Override
    public void onClientConnected(ClientId client, Prefix peer, BigInteger serial, String trustedIp) {
        if (node != null) {
            node.onClientConnected(client, peer, serial, trustedIp, loop.now());
        }
    }

    @Override
    public void onClientGone(ClientId client) {
        if (node != null) {
            node.onClientGone(client, loop.now());
        }
    }

    @Override
    public void onServerRestarted(Iface server) {
        if (node != null) {
            node.onServerRestarted(server, loop.now());
        }
    }

    @Override
    public void onParameters(NetworkParameters parameters) {
        if (node != null) {
            node.onParameters(parameters, loop.now());
        } else if (startup != null) {
            startup.onParameters(parameters, loop.now());
        }
    }

    @Override
    public void onBootstrapPeer(@Nullable Prefix peer, String addresses) {
        if (node != null) {
            node.onBootstrapPeer(peer, addresses, loop.now());
        }
    }

    @Override
    public void onCountry(Ticket ticket, @Nullable String country) {
        if (node != null) {
            node.onCountry(ticket, country, loop.now());
        }
    }

    @Override
    public void onRenewed(Identity identity) {
        if (node != null) {
            node.onRenewed(identity, loop.now());
            renewed.run();
        } else if (startup != null) {
            startup.onRenewed(identity, loop.now());
        }
    }

    @Override
    public void onRegistryFailed(Call call, String reason) {
        if (node != null) {
            node.onRegistryFailed(call, reason, loop.now());
        } else if (startup != null) {
            startup.onRegistryFailed(call, reason, loop.now());
        }
    }

    @Override
    public void onCertificateChecked(Ticket ticket, @Nullable PeerCertificate certificate) {
        if (node != null) {
            node.onCertificateChecked(ticket, certificate, loop.now());
        }
    }

    @Override
    public void onSealed(Ticket ticket, Bytes sealed, Bytes signature) {
        if (node != null) {
            node.onSealed(ticket, sealed, signature, loop.now());
        }
    }

    @Override
    public void onOpened(Ticket ticket, @Nullable Bytes secret) {
        if (node != null) {
            node.onOpened(ticket, secret, loop.now());
        }
    }

    @Override
    public void onVersionChecked(Ticket ticket, boolean valid) {
        if (node != null) {
            node.onVersionChecked(ticket, valid, loop.now());
        } else if (startup != null) {
            startup.onVersionChecked(ticket, valid, loop.now());
        }
    }
}
