package net.re6st.core;

import java.util.ArrayList;
import java.util.List;
import net.re6st.config.NetworkParameters;
import net.re6st.core.port.Avoided;
import net.re6st.core.port.ClientId;
import net.re6st.core.port.Cryptography;
import net.re6st.core.port.HostNetwork;
import net.re6st.core.port.Identity;
import net.re6st.core.port.Lifecycle;
import net.re6st.core.port.LinkProbe;
import net.re6st.core.port.PeerChannel;
import net.re6st.core.port.PortMapper;
import net.re6st.core.port.PortMapping;
import net.re6st.core.port.RegistryLink;
import net.re6st.core.port.RemoteProbe;
import net.re6st.core.port.Resolver;
import net.re6st.core.port.RoutingDaemon;
import net.re6st.core.port.Store;
import net.re6st.core.port.Ticket;
import net.re6st.core.port.TunnelProcesses;
import net.re6st.net.Bytes;
import net.re6st.net.Iface;
import net.re6st.net.Ip6;
import net.re6st.net.Prefix;
import net.re6st.net.Remote;

/** Ports that write down what is commanded, one line per call; datagrams separately too. */
final class RecordedPorts
        implements RoutingDaemon,
                TunnelProcesses,
                PeerChannel,
                RegistryLink,
                Store,
                HostNetwork,
                Resolver,
                PortMapper,
                LinkProbe,
                RemoteProbe,
                Lifecycle {
    record Sent(Ip6 address, int port, Bytes datagram) {}

    final List<String> calls = new ArrayList<>();
    final List<Sent> sent = new ArrayList<>();
    Ticket lastTicket = new Ticket(0);

    Ports with(Cryptography cryptography) {
        return new Ports(this, this, this, this, cryptography, this, this, this, this, this, this, this);
    }

    /** The lines since the last time. */
    List<String> take() {
        List<String> taken = List.copyOf(calls);
        calls.clear();
        return taken;
    }

    List<Sent> takeSent() {
        List<Sent> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    @Override
    public void addInterface(Iface iface) {
        calls.add("routing.addInterface " + iface);
    }

    @Override
    public void lock(Iface iface) {
        calls.add("routing.lock " + iface);
    }

    @Override
    public void retract(Iface iface) {
        calls.add("routing.retract " + iface);
    }

    @Override
    public void unlock(Iface iface) {
        calls.add("routing.unlock " + iface);
    }

    @Override
    public void deafen(Iface iface, Prefix neighbour) {
        calls.add("routing.deafen " + iface + " " + neighbour);
    }

    @Override
    public void undeafen(Prefix neighbour) {
        calls.add("routing.undeafen " + neighbour);
    }

    @Override
    public void dial(Iface iface, Remote remote, Prefix peer) {
        calls.add("tunnels.dial " + iface + " " + remote + " " + peer);
    }

    @Override
    public void close(Iface iface) {
        calls.add("tunnels.close " + iface);
    }

    @Override
    public void discard(Iface iface) {
        calls.add("tunnels.discard " + iface);
    }

    @Override
    public void accept(ClientId client) {
        calls.add("tunnels.accept " + client.server() + "/" + client.number());
    }

    @Override
    public void refuse(ClientId client, String reason) {
        calls.add("tunnels.refuse " + client.server() + "/" + client.number() + " " + reason);
    }

    @Override
    public void disconnect(ClientId client) {
        calls.add("tunnels.disconnect " + client.server() + "/" + client.number());
    }

    @Override
    public void send(Ip6 destination, Bytes datagram) {
        calls.add("channel.send " + destination + " " + describe(datagram));
        sent.add(new Sent(destination, 326, datagram));
    }

    @Override
    public void reply(Source source, Bytes datagram) {
        calls.add("channel.reply " + source.address() + " " + describe(datagram));
        sent.add(new Sent(source.address(), source.port(), datagram));
    }

    private static String describe(Bytes datagram) {
        int kind = datagram.size() < 4 ? -1 : datagram.toBuffer().getInt();
        return switch (kind) {
            case 0 -> "hello0";
            case 1 -> "hello0 with fingerprint";
            case 2 -> "hello";
            default -> session(datagram);
        };
    }

    private static String session(Bytes datagram) {
        int end = datagram.size() - 20;
        if (end < 4 || datagram.at(0) != 0) {
            return "local " + datagram.toHex();
        }
        String message = datagram.slice(4, end).toHex();
        return "#" + datagram.toBuffer().getInt() + " " + (message.isEmpty() ? "empty" : message);
    }

    @Override
    public void fetchParameters() {
        calls.add("registry.fetchParameters");
    }

    @Override
    public void bootstrapPeer() {
        calls.add("registry.bootstrapPeer");
    }

    @Override
    public void country(Ticket ticket, String ip) {
        lastTicket = ticket;
        calls.add("registry.country " + ip);
    }

    @Override
    public void renewCertificate() {
        calls.add("registry.renewCertificate");
    }

    @Override
    public void renewAuthority() {
        calls.add("registry.renewAuthority");
    }

    @Override
    public void putPeer(Prefix peer, String addresses) {
        calls.add("store.putPeer " + (peer.length() == 0 ? "self" : peer) + " " + addresses);
    }

    @Override
    public void removePeer(Prefix peer) {
        calls.add("store.removePeer " + peer);
    }

    @Override
    public void putParameters(NetworkParameters parameters) {
        calls.add("store.putParameters");
    }

    @Override
    public void dialled(String ip) {
        calls.add("host.dialled " + ip);
    }

    @Override
    public void served(String ip) {
        calls.add("host.served " + ip);
    }

    @Override
    public void released(String ip) {
        calls.add("host.released " + ip);
    }

    @Override
    public void resolve(Ticket ticket, String host, boolean ipv6) {
        lastTicket = ticket;
        calls.add("resolver.resolve " + host + (ipv6 ? " IPv6" : " IPv4"));
    }

    @Override
    public void map(PortMapping mapping) {
        calls.add("mapper.map " + text(mapping) + " for " + mapping.leaseSeconds() + " s");
    }

    @Override
    public void unmap(PortMapping mapping) {
        calls.add("mapper.unmap " + text(mapping));
    }

    @Override
    public void probe(Iface iface, Ip6 address, long number, boolean insist) {
        calls.add("probe " + iface + " " + address + " " + number + (insist ? " insisting" : ""));
    }

    @Override
    public void tryOut(Ticket ticket, Remote remote) {
        lastTicket = ticket;
        calls.add("remote.tryOut " + remote);
    }

    private static String text(PortMapping mapping) {
        return mapping.port() + " " + mapping.transport().text() + " at " + mapping.externalPort();
    }

    @Override
    public void ready(Identity identity, NetworkParameters parameters) {
        calls.add("lifecycle.ready " + identity.prefix());
    }

    @Override
    public void parametersChanged(NetworkParameters before, NetworkParameters after) {
        calls.add("lifecycle.parametersChanged " + after.changedFrom(before));
    }

    @Override
    public void leave(List<Avoided> all) {
        calls.add("lifecycle.leave "
                + all.stream()
                        .map(each -> each.peer() + " for " + each.pause().toSeconds() + " s")
                        .toList());
    }

    @Override
    public void restart(String reason) {
        calls.add("lifecycle.restart " + reason);
    }

    @Override
    public void fail(String reason) {
        calls.add("lifecycle.fail " + reason);
    }
}
