package net.re6st.registry.core;

import java.util.Optional;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.port.Inquiry;
import net.re6st.wire.AddressList;
import net.re6st.wire.PeerMessage;

/** Asks one node for the addresses it advertises. */
final class AddressInquiry implements Inquiry {
    private final Prefix node;
    private boolean asked;
    private Optional<AddressList> addresses = Optional.empty();

    AddressInquiry(Prefix node) {
        this.node = node;
    }

    @Override
    public PeerMessage.Kind kind() {
        return PeerMessage.Kind.ADDRESSES;
    }

    @Override
    public Optional<Prefix> next() {
        if (asked) {
            return Optional.empty();
        }
        asked = true;
        return Optional.of(node);
    }

    @Override
    public boolean isOpen() {
        return addresses.isEmpty();
    }

    @Override
    public void onAnswer(Prefix sender, Bytes payload) {
        if (sender.equals(node)) {
            addresses = AddressList.decode(payload);
        }
    }

    /** What the node answered; empty if it did not. */
    Optional<AddressList> addresses() {
        return addresses;
    }
}
