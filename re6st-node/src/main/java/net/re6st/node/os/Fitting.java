package net.re6st.node.os;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.re6st.net.Iface;
import net.re6st.net.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * Decides which processes of an earlier daemon can go on under a new one: those it would start in the same way. Pure.
 *
 * @param openvpn how tunnels are dialled; null: none are, as on a mere client, which has the one tunnel that it was told to have
 * @param standing the tunnels that are always there, servers above all, with the words that start them
 * @param babeld the words that start babeld
 */
public record Fitting(@Nullable OpenVpnCommand openvpn, Map<Iface, List<String>> standing, List<String> babeld) {
    boolean fits(RunState.Child child) {
        if (child.iface() == null) {
            return BabeldCommand.isSame(child.current(), babeld);
        }
        if (!Reconcile.isTunnel(child.iface())) {
            return false;
        }
        Iface iface = new Iface(child.iface());
        List<String> expected = standing.get(iface);
        if (expected != null) {
            return OpenVpnCommand.isSameServer(child.words(), expected);
        }
        // One that was not connected yet, as far as is known, is not worth finding out how far it is.
        Optional<Prefix> peer = Prefix.parseCn(String.valueOf(child.peer()));
        OpenVpnCommand dialling = openvpn;
        return dialling != null
                && child.up() != null
                && peer.isPresent()
                && child.up().cn().equals(peer.get().cn())
                && (isClient(child, iface, peer.get(), dialling)
                        || isClient(child, iface, peer.get(), dialling.withOtherCipher()));
    }

    private static boolean isClient(RunState.Child child, Iface iface, Prefix peer, OpenVpnCommand dialling) {
        return OpenVpnCommand.remote(child.words())
                .filter(remote -> OpenVpnCommand.isSame(child.words(), dialling.client(iface, peer, remote)))
                .isPresent();
    }

    /** Whether one that fits should be started again when nobody suffers from that. */
    boolean isOutdated(RunState.Child child) {
        List<String> expected = child.iface() == null ? null : standing.get(new Iface(child.iface()));
        return expected != null && !OpenVpnCommand.isSame(child.words(), expected);
    }
}
