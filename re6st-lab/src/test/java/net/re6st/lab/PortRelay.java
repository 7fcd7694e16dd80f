package net.re6st.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Lets a host of the laboratory reach a TCP port of this machine's loopback, by its own. */
final class PortRelay implements AutoCloseable {
    private final ServerSocket server;
    private final int port;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private PortRelay(ServerSocket server, int port) {
        this.server = server;
        this.port = port;
    }

    static PortRelay open(Host host, int port) throws IOException {
        PortRelay relay =
                new PortRelay(host.inside(() -> new ServerSocket(port, 50, InetAddress.getLoopbackAddress())), port);
        start(relay::accept);
        return relay;
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "port-relay");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                connect(server.accept());
            } catch (IOException e) {
                // It was closed.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        open.add(client);
        try {
            Socket target = new Socket(InetAddress.getLoopbackAddress(), port);
            open.add(target);
            start(() -> copy(client, target));
            start(() -> copy(target, client));
        } catch (IOException e) {
            open.remove(client);
            client.close();
        }
    }

    private void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // Either end is gone, and the other one is closed.
        }
        open.remove(from);
        open.remove(to);
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
