package net.re6st.registry.command;

import java.util.Optional;
import net.re6st.cli.UsageError;
import net.re6st.net.Ip6;
import net.re6st.net.Network;
import net.re6st.net.PlainNumber;

/** Reads the prefix of a new network as it is written down, and decides which can be one. */
final class NetworkText {
    private static final int MIN_LENGTH = 8;

    /** Sixteen bits for nodes are left. */
    private static final int MAX_LENGTH = 112;

    private NetworkText() {}

    static Network parse(String text) throws UsageError {
        int slash = text.indexOf('/');
        Optional<Ip6> address = slash < 0 ? Optional.empty() : Ip6.parse(text.substring(0, slash));
        int length = slash < 0 ? -1 : PlainNumber.parse(text.substring(slash + 1), 128);
        if (address.isEmpty() || length < 0) {
            throw new UsageError("--network " + text + ": must be like 2001:db8:42::/48");
        }
        if (length < MIN_LENGTH || length > MAX_LENGTH) {
            throw new UsageError("--network " + text + ": its length must be in " + MIN_LENGTH + ".." + MAX_LENGTH);
        }
        Network network = Network.of(address.get(), length)
                .orElseThrow(() ->
                        new UsageError("--network " + text + ": the bits after the first " + length + " must be zero"));
        String bits = network.bits();
        boolean isUnicast = bits.startsWith("001") || bits.startsWith("1111110");
        if (!isUnicast) {
            throw new UsageError("--network " + text + ": must be in 2000::/3 or fc00::/7");
        }
        return network;
    }
}
