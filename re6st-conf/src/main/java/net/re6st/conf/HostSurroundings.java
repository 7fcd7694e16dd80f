package net.re6st.conf;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import net.re6st.cli.Failure;
import net.re6st.cli.Version;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.Credentials;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Moment;
import net.re6st.rpc.RegistryAnswer;
import net.re6st.rpc.RegistryApi;
import net.re6st.rpc.RegistryClient;
import net.re6st.rpc.RegistryUrl;
import net.re6st.rpc.TlsTrust;
import net.re6st.wire.Protocol;
import org.jspecify.annotations.Nullable;

/** The real surroundings: HTTP, standard input and output, {@code ip route}. */
final class HostSurroundings implements Surroundings {
    private static final int MAX_ROUTE_BYTES = 64 * 1024;
    private static final int ROUTE_TIMEOUT_SECONDS = 10;

    private final RegistryClient client;
    private final SecureRandom secure = new SecureRandom();
    private @Nullable BufferedReader input;

    HostSurroundings(List<RegistryUrl> registries, Optional<Path> tlsAuthority) throws Failure {
        Optional<TlsTrust> trust =
                tlsAuthority.isPresent() ? Optional.of(TlsTrust.read(tlsAuthority.get())) : Optional.empty();
        client = RegistryClient.of(registries, 0, "re6stnet/" + Version.withPlatform(), trust, index -> {});
    }

    @Override
    public RegistryAnswer call(RegistryApi method, String... arguments) {
        return client.call(method, arguments);
    }

    @Override
    public RegistryAnswer callAs(
            CertificateAuthority authority, Credentials own, RegistryApi method, String... arguments) {
        return client.as(authority, own, Protocol.VERSION).call(method, arguments);
    }

    @Override
    public RsaPrivateKey generateKey(int bits) {
        return RsaPrivateKey.generate(bits, secure);
    }

    @Override
    public String ask(String question) throws Failure {
        // To standard error, so that it is seen also when the output goes to a file.
        System.err.print(question + " ");
        System.err.flush();
        try {
            if (input == null) {
                input = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
            }
            String line = input.readLine();
            if (line == null) {
                throw new Failure("end of input, no answer to: " + question);
            }
            return line.strip();
        } catch (IOException e) {
            throw new Failure("cannot read the answer to: " + question + ": " + e.getMessage());
        }
    }

    @Override
    public String routeTo(String ip) throws Failure {
        try {
            ProcessBuilder builder = new ProcessBuilder("ip", "-6", "-o", "route", "get", ip).redirectErrorStream(true);
            builder.environment().put("LC_ALL", "C");
            Process process = builder.start();
            process.getOutputStream().close();
            byte[] output = process.getInputStream().readNBytes(MAX_ROUTE_BYTES);
            if (!process.waitFor(ROUTE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new Failure("ip route get " + ip + " does not end");
            }
            return new String(output, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new Failure("cannot run ip: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("interrupted");
        }
    }

    @Override
    public void say(String text) {
        System.out.println(text);
    }

    @Override
    public void warn(String text) {
        System.err.println(text);
    }

    @Override
    public Moment now() {
        return Moment.of(System.nanoTime(), Instant.now());
    }
}
