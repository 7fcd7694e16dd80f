package net.re6st.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.lab.Command;
import net.re6st.lab.LabException;

/** A CA, and one key for all nodes of a benchmark, in a temporary folder. */
final class BenchNetwork implements AutoCloseable {
    private final Path folder;
    private final CertificateAuthority authority;
    private final RsaPrivateKey key;

    private BenchNetwork(Path folder, CertificateAuthority authority, RsaPrivateKey key) {
        this.folder = folder;
        this.authority = authority;
        this.key = key;
    }

    static BenchNetwork create() throws IOException {
        Path folder = Files.createTempDirectory("re6st-bench");
        String request = "req -x509 -newkey rsa:2048 -nodes -set_serial 0x120010db80042 -days 3650 -subj /CN=bench"
                + " -keyout ca.key -out ca.crt";
        List<String> words = new ArrayList<>(List.of("openssl"));
        words.addAll(List.of(request.split(" ")));
        Command.of(words.toArray(String[]::new)).in(folder).output();
        CertificateAuthority authority = CertificateAuthority.ofPem(Files.readString(folder.resolve("ca.crt")))
                .orElseThrow();
        return new BenchNetwork(folder, authority, RsaPrivateKey.generate(2048, new SecureRandom()));
    }

    Path folder() {
        return folder;
    }

    CertificateAuthority authority() {
        return authority;
    }

    RsaPrivateKey key() {
        return key;
    }

    RegistryClientLoad client(RegistryProcess registry, List<String> prefixes) {
        return new RegistryClientLoad(registry.port(), authority, key, prefixes);
    }

    /** Requests so many certificates; their prefixes. */
    List<String> join(RegistryProcess registry, int nodes) throws IOException {
        RegistryClientLoad client = client(registry, List.of());
        List<String> prefixes = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            prefixes.add(client.requestPrefix().bits());
        }
        return prefixes;
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new LabException("cannot delete " + folder + ": " + e.getMessage(), e);
        }
    }
}
