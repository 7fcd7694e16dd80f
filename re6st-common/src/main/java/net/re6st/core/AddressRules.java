package net.re6st.core;

import java.util.List;
import java.util.Optional;
import net.re6st.net.Ip4;
import net.re6st.net.Ip6;
import net.re6st.net.Reachability;
import net.re6st.net.Transport;
import net.re6st.net.TunnelAddress;
import net.re6st.wire.AddressList;

/** Decides which addresses may be dialled: transport allowed, reachable at all, and not across a forbidden border. */
final class AddressRules {
    private static final int MAX_ADDRESSES = 16;

    private final NodeContext context;
    private final OwnAddresses own;

    AddressRules(NodeContext context, OwnAddresses own) {
        this.context = context;
        this.own = own;
    }

    /** The addresses of a peer to try, in order. */
    List<TunnelAddress> usable(AddressList list) {
        return list.addresses().stream()
                .filter(this::isUsable)
                .limit(MAX_ADDRESSES)
                .toList();
    }

    boolean isUsable(TunnelAddress address) {
        Optional<Transport> transport = address.transport();
        return transport.isPresent()
                && address.port().isPresent()
                && !context.settings.disabled().contains(transport.get())
                && isReachable(address.host())
                && isCountryAllowed(address, address.host(), transport.get());
    }

    /** Whether {@code ip}, to which the name in {@code address} leads, may be dialled. */
    boolean isResolvedUsable(TunnelAddress address, String ip) {
        Transport transport = address.transport().orElseThrow();
        boolean family =
                transport.isIpv6() ? Ip6.parse(ip).isPresent() : Ip4.parse(ip).isPresent();
        return family && isReachable(ip) && isCountryAllowed(address, ip, transport);
    }

    private boolean isReachable(String host) {
        return isReachable(host, context.settings);
    }

    /** Whether a tunnel to {@code host} can make sense, and may: neither is such an address dialled nor told to others. */
    static boolean isReachable(String host, NodeSettings settings) {
        return Reachability.isReachable(host, settings.network())
                && (settings.privateAllowed() || !Reachability.isPrivate(host));
    }

    private boolean isCountryAllowed(TunnelAddress address, String host, Transport transport) {
        List<String> listed = context.sameCountry();
        if (listed.isEmpty()) {
            return true;
        }
        Optional<String> ours = own.country(transport.isIpv6());
        Optional<String> theirs =
                address.country().or(() -> context.settings.countryOf().apply(host));
        if (ours.isEmpty() || theirs.isEmpty() || ours.equals(theirs)) {
            return true;
        }
        return !listed.contains(ours.get()) && !listed.contains(theirs.get());
    }

    static boolean isIp(String host) {
        return Ip4.parse(host).isPresent() || Ip6.parse(host).isPresent();
    }
}
