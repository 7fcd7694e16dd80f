package net.re6st.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One request over a connection of its own. */
final class SmallHttp {
    private static final int LIMIT_MILLIS = 20_000;

    private SmallHttp() {}

    record Result(int status, String body) {}

    /** Throws if the connection ends before the answer does. */
    static Result get(int port, String target) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port)) {
            socket.setSoTimeout(LIMIT_MILLIS);
            String request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            int end = answer.indexOf("\r\n\r\n");
            if (end < 0) {
                throw new IOException("no answer");
            }
            int status = Integer.parseInt(answer.substring(9, 12));
            String body = answer.substring(end + 4);
            int length = answer.indexOf("Content-Length: ");
            if (length >= 0 && length < end) {
                String digits = answer.substring(length + 16, answer.indexOf("\r\n", length));
                if (Integer.parseInt(digits) != body.length()) {
                    throw new IOException("half an answer");
                }
            }
            return new Result(status, body);
        }
    }
}
