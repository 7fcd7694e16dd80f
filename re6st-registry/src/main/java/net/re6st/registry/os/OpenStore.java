package net.re6st.registry.os;

import net.re6st.registry.port.RegistryStore;

/** A registry's database as it is opened by a program. */
public interface OpenStore extends RegistryStore, AutoCloseable {
    /** How much room it takes. */
    long bytes();

    @Override
    void close();
}
