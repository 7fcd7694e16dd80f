package net.re6st.core.port;

/** The router between us and the internet, asked to let connections in. Whether there is one, an attempt shows. */
public interface PortMapper {
    /** Makes or renews one mapping, for a limited time; ends in {@code Node.onMapped} or {@code Node.onMappingFailed}. One at a time. */
    void map(PortMapping mapping);

    /** Removes one mapping. */
    void unmap(PortMapping mapping);

    /**
     * What the router gave.
     *
     * @param externalPort maybe another than was asked for
     * @param leaseSeconds 0: until it is removed
     */
    record Grant(Router router, int externalPort, int leaseSeconds) {}

    /**
     * A router that answered.
     *
     * @param protocol in which it was asked, as operators write it
     * @param location of the router, as that protocol has it
     * @param externalIp its address on the other side, as it told: any text
     */
    record Router(String protocol, String location, String externalIp) {}

    /** Why there is no mapping. */
    enum Failure {
        /** Somebody else has that external port. */
        CONFLICT,
        /** The router does not want to, or can't. */
        REFUSED,
        /** No router answers. */
        NO_ROUTER
    }
}
