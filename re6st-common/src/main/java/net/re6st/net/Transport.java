package net.re6st.net;

import java.util.Arrays;
import java.util.Optional;

/** How a tunnel is carried. The names are those of addresses and options. */
public enum Transport {
    UDP("udp", false, false),
    TCP("tcp", true, false),
    UDP4("udp4", false, false),
    TCP4("tcp4", true, false),
    UDP6("udp6", false, true),
    TCP6("tcp6", true, true);

    private final String text;
    private final boolean tcp;
    private final boolean ipv6;

    Transport(String text, boolean tcp, boolean ipv6) {
        this.text = text;
        this.tcp = tcp;
        this.ipv6 = ipv6;
    }

    public static Optional<Transport> parse(String text) {
        return Arrays.stream(values()).filter(t -> t.text.equals(text)).findFirst();
    }

    public String text() {
        return text;
    }

    public boolean isTcp() {
        return tcp;
    }

    public boolean isIpv6() {
        return ipv6;
    }
}
