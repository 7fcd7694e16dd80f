package net.re6st.wire;

/** The numbers of the protocol between nodes. */
public final class Protocol {
    /** What we speak. */
    public static final int VERSION = 10;

    /** UDP port inside the overlay, and of the node's local socket. */
    public static final int PORT = 326;

    /** Peers that speak less do not understand countries in address lists. */
    public static final int FIRST_WITH_COUNTRIES = 7;

    /** Bytes of a secret. */
    public static final int SECRET_SIZE = 20;

    /** Bytes of an HMAC-SHA1, and of the SHA-1 fingerprint of a certificate. */
    public static final int DIGEST_SIZE = 20;

    /** First sequence number of a session; smaller ones mark the packets that open one. */
    public static final int FIRST_SEQUENCE_NUMBER = 3;

    public static final long MAX_SEQUENCE_NUMBER = 0xffffffffL;

    /** Largest payload of a UDP datagram over IPv6. */
    public static final int MAX_DATAGRAM = 65_527;

    private Protocol() {}
}
