package net.re6st.registry.core;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.port.Overlay;
import net.re6st.registry.port.RegistryStore;
import net.re6st.registry.port.View;
import org.jspecify.annotations.Nullable;

/**
 * Tells the node of this machine of each new version, whichever process made it, and of the one there is when the registry
 * starts: it may have been made while none ran. Any thread.
 */
final class Announcements {
    private final RegistryStore store;
    private final Overlay overlay;
    private final AtomicReference<@Nullable Bytes> told = new AtomicReference<>();

    Announcements(RegistryStore store, Overlay overlay) {
        this.store = store;
        this.overlay = overlay;
    }

    private record Published(Optional<Prefix> registryNode, Optional<Bytes> version) {
        static Published of(View view) {
            return new Published(view.registryPrefix(), view.version());
        }
    }

    /** Tells the version there is, unless it was told. */
    void announce() {
        Published published = store.read(Published::of);
        // Two threads may tell the same one: to the node that is nothing new.
        published
                .version()
                .filter(version -> !version.equals(told.getAndSet(version)))
                .flatMap(version -> published.registryNode())
                .ifPresent(overlay::announceVersion);
    }
}
