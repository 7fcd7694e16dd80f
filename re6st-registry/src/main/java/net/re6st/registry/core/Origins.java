package net.re6st.registry.core;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.re6st.net.Ip4;
import net.re6st.net.Ip6;

/** Decides who is asking: whether private methods are allowed, and which address counts as the client's. */
public final class Origins {
    private final Set<String> authorized;

    Origins(Set<String> authorized) {
        this.authorized = authorized;
    }

    /** The one form of an address that is compared; empty if the text is none. */
    public static Optional<String> canonical(String address) {
        String text = address.strip();
        return Ip4.parse(text).map(Ip4::toString).or(() -> Ip6.parse(text).map(Ip6::toString));
    }

    private boolean isAuthorized(String address) {
        return canonical(address).filter(authorized::contains).isPresent();
    }

    /**
     * Whether a request may call private methods. A proxy says in {@code X-Forwarded-For} for whom it asks: both must be
     * authorized, and a chain of several is never.
     */
    boolean maySeePrivate(String peer, List<String> forwardedFor) {
        String forwarded = String.join(",", forwardedFor).strip();
        return isAuthorized(peer) && (forwarded.isEmpty() || isAuthorized(forwarded));
    }

    /** The client's address: what an authorized proxy says first, else the address of the connection. */
    String client(String peer, List<String> forwardedFor) {
        String forwarded = String.join(",", forwardedFor).strip();
        if (forwarded.isEmpty() || !isAuthorized(peer)) {
            return peer;
        }
        int comma = forwarded.indexOf(',');
        return (comma < 0 ? forwarded : forwarded.substring(0, comma)).strip();
    }
}
