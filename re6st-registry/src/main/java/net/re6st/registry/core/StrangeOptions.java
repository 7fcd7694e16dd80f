package net.re6st.registry.core;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import net.re6st.net.Bytes;
import net.re6st.registry.port.RegistryStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that another registry of this network has other options: each publishes its own, and so undoes what the other one
 * did. Any thread.
 */
final class StrangeOptions {
    private static final Logger LOG = LoggerFactory.getLogger(StrangeOptions.class);

    private final RegistryStore store;
    private final ParameterPublisher publisher;
    private final AtomicReference<Bytes> seen = new AtomicReference<>(Bytes.EMPTY);

    StrangeOptions(RegistryStore store, ParameterPublisher publisher) {
        this.store = store;
        this.publisher = publisher;
    }

    /** Looks at each version once. */
    void look() {
        Bytes version = store.ask(view -> view.version()).orElse(Bytes.EMPTY);
        if (version.equals(seen.getAndSet(version))) {
            return;
        }
        Optional<String> difference = store.read(publisher::difference);
        difference.ifPresent(changes -> LOG.warn(
                "another registry has published other parameters; give all registries of this network the same options."
                        + " By ours: {}",
                changes));
    }
}
