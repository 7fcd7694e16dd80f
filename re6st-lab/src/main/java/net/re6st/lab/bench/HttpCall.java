package net.re6st.lab.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.re6st.net.Bytes;
import net.re6st.rpc.RpcSession;

/** One request to a registry over a connection of its own, as nodes make them, with as little work as possible. */
final class HttpCall {
    private static final int LIMIT_MILLIS = 20_000;
    private static final int BUFFER_BYTES = 16_384;
    private static final String LENGTH = "\r\nContent-Length: ";
    private static final String MAC = "\r\n" + RpcSession.HEADER + ": ";

    private HttpCall() {}

    /** What came back. */
    record Result(int status, Bytes body, Optional<Bytes> mac) {}

    static Result get(int port, String target, Optional<Bytes> mac) throws IOException {
        return get(port, target, mac, "");
    }

    /** As a proxy forwards it for {@code client}, unless that is empty. */
    static Result get(int port, String target, Optional<Bytes> mac, String client) throws IOException {
        StringBuilder head = new StringBuilder(target.length() + 160)
                .append("GET ")
                .append(target)
                .append(" HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: re6stnet/bench\r\nConnection: close\r\n");
        mac.ifPresent(bytes -> head.append(RpcSession.HEADER)
                .append(": ")
                .append(RpcSession.headerValue(bytes))
                .append("\r\n"));
        if (!client.isEmpty()) {
            head.append("X-Forwarded-For: ").append(client).append("\r\n");
        }
        head.append("\r\n");
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.connect(
                    new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), LIMIT_MILLIS);
            socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
            return read(socket.getInputStream());
        }
    }

    private static Result read(InputStream in) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        int size = 0;
        int end = -1;
        int total = -1;
        while (total < 0 || size < total) {
            int count = in.read(buffer, size, buffer.length - size);
            if (count <= 0) {
                break;
            }
            size += count;
            if (end < 0) {
                String text = new String(buffer, 0, size, StandardCharsets.ISO_8859_1);
                end = text.indexOf("\r\n\r\n");
                if (end >= 0) {
                    total = end + 4 + value(text, LENGTH).map(Integer::parseInt).orElse(0);
                }
            }
        }
        if (end < 0 || size < total) {
            throw new IOException("incomplete answer of " + size + " bytes");
        }
        String text = new String(buffer, 0, end + 2, StandardCharsets.ISO_8859_1);
        int status = Integer.parseInt(text.substring(9, 12));
        return new Result(
                status, Bytes.copyOf(buffer, end + 4, total), value(text, MAC).flatMap(RpcSession::parseHeader));
    }

    private static Optional<String> value(String head, String name) {
        int start = head.indexOf(name);
        int stop = start < 0 ? -1 : head.indexOf("\r\n", start + name.length());
        return stop < 0 ? Optional.empty() : Optional.of(head.substring(start + name.length(), stop));
    }
}
