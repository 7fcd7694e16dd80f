package net.re6st.registry.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.re6st.testing.Vectors;

/** The program itself, on a free port of the loopback address, and a client that sends exactly what it is told. */
final class RunningRegistry implements AutoCloseable {
    static final String PASSWORD = "a password, quite long";

    private static final int LIMIT_MILLIS = 20_000;
    private static final long START_LIMIT_NANOS = 60_000_000_000L;

    private final Process process;
    final int port;

    private RunningRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** An answer; names of headers in lower case. */
    record Answer(int status, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        /** The hidden field of forms. */
        String formToken() {
            Matcher matcher =
                    Pattern.compile("name=\"form\" value=\"([^\"]+)\"").matcher(body);
            return matcher.find() ? matcher.group(1) : "";
        }
    }

    static RunningRegistry start(Path directory, boolean withAdministration, String... options)
            throws IOException, InterruptedException {
        Files.writeString(directory.resolve("ca.crt"), ca("pem"));
        Files.writeString(directory.resolve("ca.key"), ca("key"));
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "net.re6st.registry.RegistryMain",
                "--ca=ca.crt",
                "--key=ca.key",
                "--db=registry.db",
                "--run=run",
                "--logfile=registry.log",
                "-4",
                "127.0.0.1",
                "-6",
                "",
                "--port",
                Integer.toString(port)));
        if (withAdministration) {
            Path file = directory.resolve("password");
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, PASSWORD + "\n");
            words.add("--admin-password-file=password");
        }
        words.addAll(List.of(options));
        Process process = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        RunningRegistry registry = new RunningRegistry(process, port);
        registry.awaitStart(directory);
        return registry;
    }

    private void awaitStart(Path directory) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            try {
                if (get("/getCa").status() == 200) {
                    return;
                }
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() - begin > START_LIMIT_NANOS) {
                    process.destroyForcibly();
                    throw new IOException(
                            "the registry does not start: " + Files.readString(directory.resolve("output")), e);
                }
                Thread.sleep(20);
            }
        }
    }

    private static String ca(String name) {
        return Vectors.objects(Vectors.json("registry_rpc.json").get("scenarios"))
                .get(0)
                .getAsJsonObject("ca")
                .get(name)
                .getAsString();
    }

    String host() {
        return "127.0.0.1:" + port;
    }

    /** What a browser sends with a form of ours. */
    Map<String, String> own(String... more) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Host", host());
        headers.put("Origin", "http://" + host());
        headers.put("Content-Type", "application/x-www-form-urlencoded");
        for (int i = 0; i < more.length; i += 2) {
            headers.put(more[i], more[i + 1]);
        }
        return headers;
    }

    Answer get(String target, String... headers) throws IOException {
        Map<String, String> all = own(headers);
        all.remove("Origin");
        all.remove("Content-Type");
        return send("GET", target, all, "");
    }

    Answer post(String target, Map<String, String> headers, String body) throws IOException {
        return send("POST", target, headers, body);
    }

    Answer send(String method, String target, Map<String, String> headers, String body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port)) {
            return send(socket, method, target, headers, body);
        }
    }

    /** The same over a connection to any port. */
    static Answer send(Socket socket, String method, String target, Map<String, String> headers, String body)
            throws IOException {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nConnection: close\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (!body.isEmpty()) {
            head.append("Content-Length: ").append(body.length()).append("\r\n");
        }
        head.append("\r\n").append(body);
        socket.setSoTimeout(LIMIT_MILLIS);
        socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int end = answer.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new IOException("no answer");
        }
        Map<String, String> answered = new LinkedHashMap<>();
        answer.substring(0, end).lines().skip(1).forEach(line -> {
            int colon = line.indexOf(':');
            answered.put(
                    line.substring(0, colon).toLowerCase(java.util.Locale.ROOT),
                    line.substring(colon + 1).strip());
        });
        return new Answer(Integer.parseInt(answer.substring(9, 12)), answered, answer.substring(end + 4));
    }

    /** Logs in; the cookie. */
    String logIn() throws IOException {
        String form = get("/admin/login").formToken();
        Answer answer = post("/admin/log-in", own(), "form=" + form + "&password=" + PASSWORD.replace(" ", "+"));
        return Optional.of(answer.header("set-cookie"))
                .filter(cookie -> !cookie.isEmpty())
                .orElseThrow(() -> new IOException("no login: " + answer))
                .split(";", 2)[0];
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit()
                .orTimeout(10, java.util.concurrent.TimeUnit.SECONDS)
                .exceptionally(e -> process.destroyForcibly())
                .join();
    }
}
