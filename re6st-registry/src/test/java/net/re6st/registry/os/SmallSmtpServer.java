package net.re6st.registry.os;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** Just enough of RFC 5321, without STARTTLS, to see what a client says: one conversation after the other, on loopback. */
final class SmallSmtpServer implements AutoCloseable {
    private static final int MAX_LINES = 1000;

    private final ServerSocket socket;
    private final int recipientReply;
    private final List<String> commands = new CopyOnWriteArrayList<>();
    private final List<String> mail = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::serve, "smtp");

    private SmallSmtpServer(ServerSocket socket, int recipientReply) {
        this.socket = socket;
        this.recipientReply = recipientReply;
    }

    /** {@code recipientReply}: what it says of every recipient. */
    static SmallSmtpServer start(int recipientReply) throws IOException {
        SmallSmtpServer server =
                new SmallSmtpServer(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()), recipientReply);
        server.thread.setDaemon(true);
        server.thread.start();
        return server;
    }

    int port() {
        return socket.getLocalPort();
    }

    List<String> commands() {
        return commands;
    }

    /** The lines of what followed DATA, as sent. */
    List<String> mail() {
        return mail;
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                converse(
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8)),
                        new OutputStreamWriter(client.getOutputStream(), StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // Closed, or the client left.
            }
        }
    }

    private void converse(BufferedReader in, Writer out) throws IOException {
        say(out, "220 test");
        for (int i = 0; i < MAX_LINES; i++) {
            String line = in.readLine();
            if (line == null) {
                return;
            }
            commands.add(line);
            String verb = line.split(" ")[0].toUpperCase(Locale.ROOT);
            switch (verb) {
                case "EHLO" -> say(out, "250-test\r\n250-8BITMIME\r\n250 AUTH PLAIN");
                case "AUTH" -> say(out, "235 welcome");
                case "RCPT" -> say(out, recipientReply + " recipient");
                case "DATA" -> {
                    say(out, "354 go on");
                    for (line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
                        mail.add(line);
                    }
                    say(out, "250 taken");
                }
                case "QUIT" -> {
                    say(out, "221 bye");
                    return;
                }
                default -> say(out, "250 fine");
            }
        }
    }

    private static void say(Writer out, String reply) throws IOException {
        out.write(reply + "\r\n");
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
