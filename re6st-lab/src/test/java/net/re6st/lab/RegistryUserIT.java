package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registry as a user of its own, who may bind a low port and nothing else. */
class RegistryUserIT {
    private static final String NOBODY = "65534";
    private static final InetAddress LOOPBACK = loopback();

    @TempDir
    private Path directory;

    private static InetAddress loopback() {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void needsOnlyTheCapabilityForItsPort() throws Exception {
        for (String name : List.of("re6st-registry", "re6st-common")) {
            Files.copy(jar(name), directory.resolve(name + ".jar"));
        }
        Command.of(("openssl req -x509 -newkey rsa:2048 -nodes -set_serial 0x120010db80042 -days 9 -subj /CN=t"
                                + " -keyout ca.key -out ca.crt")
                        .split(" "))
                .in(directory)
                .output();
        Command.of("chown", "-R", NOBODY, directory.toString()).output();
        int port = lowPort();
        Process registry = new ProcessBuilder(words(port))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        try {
            String answer = "";
            for (int i = 0; i < 600 && !answer.contains("ready") && registry.isAlive(); i++) {
                Thread.sleep(100);
                answer = get(port, "/readyz");
            }
            assertThat(answer).as(Files.readString(directory.resolve("output"))).endsWith("ready\n");
            String status = Files.readString(Path.of("/proc", Long.toString(registry.pid()), "status"));
            assertThat(status).contains("Uid:\t" + NOBODY + "\t" + NOBODY).contains("CapEff:\t0000000000000400");
            assertThat(get(port, "/addToken?email=a&token=b")).startsWith("HTTP/1.1 204 ");
            registry.destroy();
            assertThat(registry.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(registry.exitValue()).isZero();
        } finally {
            registry.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private List<String> words(int port) {
        String one = "net_bind_service";
        List<String> words = new ArrayList<>(List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY));
        words.addAll(List.of("--clear-groups", "--no-new-privs", "--inh-caps=-all,+" + one));
        words.addAll(List.of("--ambient-caps=-all,+" + one, "--bounding-set=-all,+" + one));
        words.addAll(List.of("java", "-cp", "re6st-common.jar:re6st-registry.jar"));
        words.add("net.re6st.registry.RegistryMain");
        words.addAll(List.of("--ca", "ca.crt", "--key", "ca.key", "--db", "registry.db", "--run", "."));
        words.addAll(List.of("--logfile", "log", "--port", Integer.toString(port), "-4", "127.0.0.1", "-6", ""));
        return words;
    }

    /** One of the program's jars as it was built last. */
    private static Path jar(String name) {
        Path root = Path.of(System.getProperty("re6st.root", "..")).toAbsolutePath();
        return Stream.of("target", "target/quick")
                .map(target -> root.resolve(name).resolve(target).resolve(name + ".jar"))
                .filter(Files::exists)
                .max((a, b) ->
                        Long.compare(a.toFile().lastModified(), b.toFile().lastModified()))
                .orElseThrow();
    }

    /** A free port that only the privileged may bind. */
    private static int lowPort() {
        for (int port = 1023; port > 900; port--) {
            try (ServerSocket socket = new ServerSocket(port, 1, LOOPBACK)) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // In use: the next one.
            }
        }
        throw new AssertionError("no free port below 1024");
    }

    private static String get(int port, String target) {
        try (Socket socket = new Socket(LOOPBACK, port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return "";
        }
    }
}
