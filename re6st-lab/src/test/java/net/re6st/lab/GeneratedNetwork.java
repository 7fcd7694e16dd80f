package net.re6st.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import net.re6st.cli.Failure;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.CertificateRequest;
import net.re6st.crypto.DhParameters;
import net.re6st.crypto.DistinguishedName;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.registry.core.Answer;
import net.re6st.registry.core.Caller;
import net.re6st.registry.core.Communities;
import net.re6st.registry.core.NetworkOptions;
import net.re6st.registry.core.Origins;
import net.re6st.registry.core.Registry;
import net.re6st.registry.core.RegistrySettings;
import net.re6st.registry.core.RpcDispatch;
import net.re6st.registry.core.RpcRequest;
import net.re6st.registry.os.CertificateRows;
import net.re6st.registry.os.JdkCaKey;
import net.re6st.registry.os.SqliteRegistryStore;
import net.re6st.registry.port.Inquiry;
import net.re6st.registry.port.Overlay;
import net.re6st.rpc.RegistryApi;
import net.re6st.wire.Topology;

/** A network of many nodes that exists on paper only: certificates in a registry's database, and tunnels chosen at random. */
record GeneratedNetwork(List<Prefix> nodes, SortedMap<Prefix, Topology> tunnels) {
    private static final Duration BETWEEN = Duration.ofMinutes(5);

    /** Fills {@code registry.db} in the folder of a registry that does not run; all nodes share a key. */
    static GeneratedNetwork make(Path folder, int nodes, int tunnelsEach, RandomGenerator random)
            throws IOException, Failure {
        CertificateAuthority authority = CertificateAuthority.ofPem(Files.readString(folder.resolve("ca.crt")))
                .orElseThrow();
        RsaPrivateKey caKey =
                RsaPrivateKey.ofPem(Files.readString(folder.resolve("ca.key"))).orElseThrow();
        List<Prefix> prefixes;
        try (SqliteRegistryStore store = SqliteRegistryStore.open(
                folder.resolve("registry.db"), authority.network().maxPrefixLength(), CertificateRows::read)) {
            Registry registry = new Registry(
                    settings(),
                    authority,
                    new Registry.Ports(store, new JdkCaKey(caKey), new Nobody(), Optional.empty(), Optional.empty()),
                    new SecureRandom());
            registry.start(new Moment(
                    0, Instant.now().minus(BETWEEN.multipliedBy(nodes)).getEpochSecond() * 1_000_000));
            prefixes = enrol(new RpcDispatch(registry), nodes);
        }
        return new GeneratedNetwork(prefixes, connect(prefixes, tunnelsEach, random));
    }

    private static RegistrySettings settings() {
        return new RegistrySettings(
                16,
                OptionalInt.empty(),
                false,
                Communities.NONE,
                new Origins(Set.of("::1"), Set.of(), Set.of()),
                Duration.ofDays(100).toSeconds(),
                new NetworkOptions(Optional.empty(), List.of(), 10, false, 15, 20, 1, 300),
                DhParameters.FFDHE2048,
                Optional.empty());
    }

    private static List<Prefix> enrol(RpcDispatch dispatch, int nodes) {
        String request = CertificateRequest.create(
                        DistinguishedName.EMPTY, RsaPrivateKey.generate(2048, new SecureRandom()))
                .pem();
        List<Prefix> prefixes = new ArrayList<>();
        Instant start = Instant.now().minus(BETWEEN.multipliedBy(nodes));
        for (int i = 0; i < nodes; i++) {
            // Far enough apart for every limit on how often somebody may ask.
            Instant time = start.plus(BETWEEN.multipliedBy(i));
            Moment now = new Moment(BETWEEN.toNanos() * i, time.getEpochSecond() * 1_000_000);
            String email = names(i) + "@example.com";
            answer(dispatch, RegistryApi.ADD_TOKEN.target(email, "token" + i), now);
            Answer certificate = answer(dispatch, RegistryApi.REQUEST_CERTIFICATE.target("token" + i, request), now);
            prefixes.add(Certificate.ofPem(certificate.body().toLatin1())
                    .flatMap(Certificate::prefix)
                    .orElseThrow());
        }
        return prefixes;
    }

    private static String names(int number) {
        List<String> places = List.of("berlin", "lille", "oslo", "porto", "tokyo", "dakar", "lima", "turin", "cork");
        return places.get(number % places.size()) + (number / places.size() + 1);
    }

    private static Answer answer(RpcDispatch dispatch, String target, Moment now) {
        Answer answer = dispatch.answer(new RpcRequest("GET", target, Optional.empty(), Caller.at("::1")), now);
        if (answer.status() >= 300) {
            throw new LabException(target + ": " + answer);
        }
        return answer;
    }

    /** Each dials so many others; a pair has one tunnel. */
    private static SortedMap<Prefix, Topology> connect(List<Prefix> nodes, int tunnelsEach, RandomGenerator random) {
        Map<Prefix, Set<Prefix>> dialled = new TreeMap<>();
        Map<Prefix, Set<Prefix>> served = new TreeMap<>();
        for (Prefix node : nodes) {
            dialled.put(node, new TreeSet<>());
            served.put(node, new TreeSet<>());
        }
        for (Prefix node : nodes) {
            for (int i = 0; i < tunnelsEach; i++) {
                Prefix other = nodes.get(random.nextInt(nodes.size()));
                if (!other.equals(node) && !dialled.get(other).contains(node)) {
                    dialled.get(node).add(other);
                    served.get(other).add(node);
                }
            }
        }
        SortedMap<Prefix, Topology> tunnels = new TreeMap<>();
        nodes.forEach(
                node -> tunnels.put(node, new Topology(List.copyOf(dialled.get(node)), List.copyOf(served.get(node)))));
        return tunnels;
    }

    /** While the database is filled, nobody is there. */
    private static final class Nobody implements Overlay {
        @Override
        public void announceVersion(Prefix registryNode) {}

        @Override
        public void ask(Inquiry inquiry) {}

        @Override
        public List<Prefix> reachable() {
            return List.of();
        }

        @Override
        public Map<Prefix, Integer> delaysMillis() {
            return Map.of();
        }
    }
}
