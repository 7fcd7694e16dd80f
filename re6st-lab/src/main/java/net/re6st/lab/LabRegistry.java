package net.re6st.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.re6st.net.Network;
import org.jspecify.annotations.Nullable;

/** The registry of a {@link ReNetwork}: its CA, its program on the first host, and the private calls to it. */
public final class LabRegistry {
    private static final String CONFIG = "re6st-registry.conf";
    private static final int AUTHORITY_DAYS = 3650;
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final int CALL_LIMIT_MILLIS = 20_000;
    private static final int ANSWER_LIMIT_BYTES = 1 << 20;

    private final Host host;
    private final Network network;
    private final Path folder;
    private Map<String, String> environment = Map.of();
    private Path program = Path.of(Programs.registry());
    private @Nullable Task task;
    private @Nullable Path tlsCertificate;

    LabRegistry(Host host, Network network) {
        this.host = host;
        this.network = network;
        this.folder = host.directory().resolve("registry");
    }

    /** Where nodes find it. */
    public String url() {
        return (tlsCertificate == null ? "http://" : "https://") + host.ip4();
    }

    /** The address that a certificate for HTTPS is for. */
    public String address() {
        return host.ip4();
    }

    /** From here on nodes are told to come by HTTPS, and to trust this certificate, which it is to be started with. */
    public void useHttps(Path certificate) {
        tlsCertificate = certificate;
    }

    /** What {@code re6st-conf} has to be told besides. */
    List<String> enrolmentOptions() {
        return tlsCertificate == null ? List.of() : List.of("--tls-ca", tlsCertificate.toString());
    }

    public Path folder() {
        return folder;
    }

    /** Variables for its programs, from the next start on. */
    void setEnvironment(Map<String, String> variables) {
        environment = Map.copyOf(variables);
    }

    /** Another build of the program, from the next start on. */
    void useProgram(Path other) {
        program = other;
    }

    void makeAuthority() {
        makeAuthority(AUTHORITY_DAYS);
    }

    /** Makes the CA and all else that a registry needs, as an administrator does. */
    void makeAuthority(int authorityDays) {
        List<String> words = new ArrayList<>(List.of(Programs.registry(), "init", "--network", network.toString()));
        words.addAll(List.of("--dir", folder.toString(), "--email", "lab@example.com"));
        words.addAll(List.of("--days", Integer.toString(authorityDays)));
        Command.of(words).environment(environment).output();
    }

    /** Runs a subcommand on the registry's host, beside the running registry. */
    public Command.Result run(String... subcommand) {
        List<String> words = new ArrayList<>(List.of(Programs.registry()));
        words.addAll(List.of(subcommand));
        words.addAll(List.of("--config", folder.resolve(CONFIG).toString()));
        return host.command(words.toArray(String[]::new))
                .environment(environment)
                .run();
    }

    void start(NetworkPlan plan, List<String> options) {
        List<String> words = new ArrayList<>(List.of(program.toString()));
        words.add("@" + CONFIG);
        words.addAll(List.of("--prefix-length", "16", "--anonymous-prefix-length", "16"));
        words.addAll(List.of("--hello", Integer.toString(plan.helloSeconds())));
        words.addAll(List.of("--client-count", Integer.toString(plan.clientCount())));
        words.addAll(List.of("--tunnel-refresh", Integer.toString(plan.tunnelRefreshSeconds())));
        if (plan.encrypt()) {
            words.add("--encrypt");
        }
        words.addAll(List.of("--logfile", folder.resolve("registry.log").toString(), "--verbose", "3"));
        words.addAll(List.of("--run", host.directory().resolve("run").toString()));
        words.addAll(options);
        Task started = host.start("re6st-registry", folder, environment, words);
        task = started;
        Await.until("the registry answers", START_LIMIT, () -> answers(started), started::output);
    }

    public void stop() {
        Task running = task;
        if (running != null && running.isAlive()) {
            running.terminate();
            running.awaitExit(STOP_LIMIT);
        }
    }

    public Optional<Task> task() {
        return Optional.ofNullable(task);
    }

    private boolean answers(Task running) {
        if (!running.isAlive()) {
            throw new LabException("the registry ended: " + running.output());
        }
        try {
            return call("getCa").contains("BEGIN CERTIFICATE");
        } catch (IOException e) {
            return false;
        }
    }

    /** A new token that any node may use once. */
    public void addToken(String email, String token) {
        callOrFail("addToken?email=" + encoded(email) + "&token=" + encoded(token));
    }

    public void revoke(String cn) {
        callOrFail("revoke?cn_or_serial=" + encoded(cn));
    }

    /** The next step of the rotation of the Babel keys. */
    public void updateHmac() {
        callOrFail("updateHMAC");
    }

    public String callOrFail(String call) {
        try {
            return call(call);
        } catch (IOException e) {
            throw new LabException("the registry did not answer /%s: %s".formatted(call, e.getMessage()), e);
        }
    }

    /** A GET from the registry's own host; throws unless the status is 200 or 204. */
    private String call(String call) throws IOException {
        String answer = answer(call);
        int end = answer.indexOf("\r\n\r\n");
        if (end < 0 || !answer.matches("(?s)HTTP/1\\.[01] 20[04] .*")) {
            throw new IOException(
                    "/%s: %s".formatted(call, answer.lines().findFirst().orElse("no answer")));
        }
        return answer.substring(end + 4);
    }

    /** The same, whatever the status, with head and body. */
    public String answer(String call) throws IOException {
        try (Socket socket = host.inside(() -> connect(InetAddress.getLoopbackAddress()))) {
            String request = "GET /%s HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".formatted(call);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(ANSWER_LIMIT_BYTES), StandardCharsets.ISO_8859_1);
        }
    }

    private static Socket connect(InetAddress address) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(CALL_LIMIT_MILLIS);
        socket.connect(new InetSocketAddress(address, 80), CALL_LIMIT_MILLIS);
        return socket;
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
