package net.re6st.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A TCP connection between two nodes, to see whether real amounts of data get through in both directions. */
final class Transfer {
    private static final int PORT = 7777;

    private Transfer() {}

    /** Sends so many bytes to the other node, which sends each of them back; false if that takes longer than the limit. */
    static boolean echoes(LabNode from, LabNode to, int bytes, Duration limit) throws IOException {
        try (ServerSocket server = to.host().inside(() -> new ServerSocket(PORT));
                Socket client = from.host().inside(() -> connect(to.address(), limit))) {
            CompletableFuture<Long> echo = CompletableFuture.supplyAsync(() -> echo(server, bytes));
            CompletableFuture<Void> send = CompletableFuture.runAsync(() -> send(client, bytes));
            client.setSoTimeout((int) limit.toMillis());
            int received = client.getInputStream().readNBytes(bytes).length;
            send.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return received == bytes && echo.get(limit.toMillis(), TimeUnit.MILLISECONDS) == bytes;
        } catch (TimeoutException | java.net.SocketTimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    static Socket connect(String address, Duration limit) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getByName(address), PORT), (int) limit.toMillis());
        return socket;
    }

    private static long echo(ServerSocket server, int bytes) {
        try (Socket socket = server.accept()) {
            byte[] all = socket.getInputStream().readNBytes(bytes);
            socket.getOutputStream().write(all);
            return all.length;
        } catch (IOException e) {
            return -1;
        }
    }

    private static void send(Socket socket, int bytes) {
        try {
            socket.getOutputStream().write(new byte[bytes]);
        } catch (IOException e) {
            // The reader sees that something is missing.
        }
    }
}
