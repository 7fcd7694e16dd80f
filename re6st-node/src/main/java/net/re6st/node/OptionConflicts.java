package net.re6st.node;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import net.re6st.cli.UsageError;
import net.re6st.net.Ip6;
import net.re6st.net.Transport;
import net.re6st.net.TunnelAddress;
import net.re6st.wire.AddressList;

/**
 * Which options contradict each other, or can't mean anything. Pure. Known before anything is touched, and before a running
 * node begins anew with options that were changed.
 */
final class OptionConflicts {
    private OptionConflicts() {}

    /** Fails if there is one. */
    static void check(NodeOptions options) throws UsageError {
        addresses(options.ip());
        Set<Transport> refused = refused(options);
        List<NodeOptions.PortProtocol> ports = options.ports();
        for (NodeOptions.PortProtocol each : ports == null ? List.<NodeOptions.PortProtocol>of() : ports) {
            if (refused.contains(Transport.parse(each.protocol()).orElseThrow())) {
                throw new UsageError("--pp " + each.port() + " " + each.protocol() + " contradicts --disable-proto "
                        + each.protocol() + (options.disableProto() == null ? ", which is the default" : ""));
            }
        }
        String client = options.client();
        if (client != null && remotes(client).stream().allMatch(refused::contains)) {
            throw new UsageError("--client " + client + ": every protocol there is disabled; see --disable-proto");
        }
    }

    private static void addresses(List<String> given) throws UsageError {
        for (String ip : given) {
            // It is going to be part of a list that others read.
            if (ip.isEmpty() || ip.chars().anyMatch(c -> c <= ' ' || c == ',' || c == ';')) {
                throw new UsageError("--ip '" + ip + "': not one address or name; for several, repeat the option");
            }
        }
        List<String> ipv4 = given.stream().filter(ip -> Ip6.parse(ip).isEmpty()).toList();
        if (ipv4.size() > 1 && ipv4.stream().anyMatch(OptionConflicts::isKeyword)) {
            throw new UsageError("--ip any and --ip upnp exclude other addresses: " + String.join(", ", ipv4));
        }
    }

    /** The values of {@code --ip} that are no address. */
    static boolean isKeyword(String ip) {
        return ip.equals("any") || ip.equals("upnp");
    }

    private static List<Transport> remotes(String client) {
        return AddressList.parse(client).addresses().stream()
                .map(TunnelAddress::transport)
                .map(transport -> transport.orElseThrow())
                .toList();
    }

    /** What {@code --disable-proto} means. */
    static Set<Transport> refused(NodeOptions options) {
        List<String> names = options.disableProto() == null ? List.of("udp", "udp6") : options.disableProto();
        Set<Transport> refused = EnumSet.noneOf(Transport.class);
        for (String name : names) {
            Transport.parse(name).ifPresent(refused::add);
        }
        // Two names of the same thing.
        if (refused.contains(Transport.UDP) || refused.contains(Transport.UDP4)) {
            refused.addAll(Set.of(Transport.UDP, Transport.UDP4));
        }
        if (refused.contains(Transport.TCP) || refused.contains(Transport.TCP4)) {
            refused.addAll(Set.of(Transport.TCP, Transport.TCP4));
        }
        return refused;
    }
}
