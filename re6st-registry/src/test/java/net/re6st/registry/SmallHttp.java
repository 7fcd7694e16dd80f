package net.re6st.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One request over a connection of its own. */
final class SmallHttp {
    private static final int LIMIT_MILLIS = 20_000;

    private SmallHttp() {}

    /** An answer; {@code head}: the status line and the headers, as they were sent. */
    record Result(int status, String head, String body) {
        Optional<String> header(String name) {
            return head.lines()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst();
        }
    }

    /** Throws if the connection ends before the answer does. */
    static Result get(int port, String target, String... headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port)) {
            socket.setSoTimeout(LIMIT_MILLIS);
            String more = Stream.of(headers).map(header -> header + "\r\n").collect(Collectors.joining());
            String request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + more + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            int end = answer.indexOf("\r\n\r\n");
            if (end < 0) {
                throw new IOException("no answer");
            }
            int status = Integer.parseInt(answer.substring(9, 12));
            String body = answer.substring(end + 4);
            Result result = new Result(status, answer.substring(0, end), body);
            if (result.header("Content-Length")
                    .filter(length -> Integer.parseInt(length) != body.length())
                    .isPresent()) {
                throw new IOException("half an answer");
            }
            return result;
        }
    }
}
