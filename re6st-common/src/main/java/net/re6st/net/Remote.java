package net.re6st.net;

/** Where one attempt to open a tunnel goes: a numeric IP address, a port in 1..65535 and the transport. */
public record Remote(String ip, int port, Transport transport) {
    public Remote {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " outside 1..65535");
        }
    }

    @Override
    public String toString() {
        return ip + "," + port + "," + transport.text();
    }
}
