package net.re6st.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import net.re6st.config.NetworkParameters;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.core.NodeSettings.Advertised;
import net.re6st.core.NodeSettings.Family;
import net.re6st.core.NodeSettings.Mapping;
import net.re6st.core.NodeSettings.Role;
import net.re6st.core.port.Identity;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.Credentials;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.testing.Vectors;
import net.re6st.wire.AddressList;

/** One node of a recorded exchange: a live {@link Node}, whose secrets are those of the recording. */
final class RecordedNode {
    final RecordedPorts ports = new RecordedPorts();
    final SyncCryptography cryptography;
    final Credentials credentials;
    final Node node;
    final ScriptedSecrets secrets = new ScriptedSecrets();

    /** Gives out the random parts of recorded secrets. */
    static final class ScriptedSecrets implements RandomGenerator {
        private Bytes next = Bytes.copyOf(new byte[20]);

        void expect(Bytes secret) {
            next = secret;
        }

        @Override
        public long nextLong() {
            return next.from(8).toBuffer().getLong();
        }

        @Override
        public int nextInt() {
            return next.from(16).toBuffer().getInt();
        }
    }

    RecordedNode(CertificateAuthority authority, JsonObject facts, Bytes version, Moment now) {
        credentials = Credentials.ofPem(text(facts, "cert"), text(facts, "key")).orElseThrow();
        cryptography = new SyncCryptography(authority, credentials);
        Certificate certificate = credentials.certificate();
        Identity identity = new Identity(
                credentials.prefix(),
                certificate.serial(),
                certificate.der(),
                certificate.fingerprint(),
                certificate.notAfter().getEpochSecond() * 1_000_000,
                Long.MAX_VALUE / 2);
        check(facts, authority, certificate);
        node = new Node(
                settings(authority, facts),
                identity,
                parameters(facts, version),
                ports.with(cryptography),
                new java.util.SplittableRandom(1),
                secrets,
                new Moment(now.monotonicNanos() - 1, now.wallMicros() - 1));
        // Not start(): planning is not what is recorded. Its own addresses are all the node needs.
        node.ownAddresses().start("", now);
        ports.take();
    }

    private static void check(JsonObject facts, CertificateAuthority authority, Certificate certificate) {
        assertThat(certificate.fingerprint().toHex()).isEqualTo(text(facts, "cert_fingerprint"));
        assertThat(certificate.serial()).isEqualTo(new BigInteger(text(facts, "serial")));
        Prefix prefix = certificate.prefix().orElseThrow();
        if (facts.has("prefix")) {
            assertThat(prefix.bits()).isEqualTo(text(facts, "prefix"));
            assertThat(prefix.cn()).isEqualTo(text(facts, "cn"));
            assertThat(authority.network().subnet(prefix).mainAddress()).hasToString(text(facts, "ip"));
        }
    }

    private static NodeSettings settings(CertificateAuthority authority, JsonObject facts) {
        String own = String.join(";", Vectors.strings(facts.get("addresses")));
        Family given = new Family(AddressList.parse(own), false, List.of());
        return new NodeSettings(
                authority.network(),
                facts.get("protocol").getAsLong(),
                "0-1.gvector, VectorOS-1.0",
                Role.MESH,
                20,
                null,
                Set.of(),
                List.of(),
                null,
                false,
                true,
                new Advertised(given, Family.NONE, Mapping.NONE),
                ip -> Optional.empty());
    }

    private static NetworkParameters parameters(JsonObject facts, Bytes version) {
        List<Value> crl = new ArrayList<>();
        facts.getAsJsonArray("crl").forEach(serial -> crl.add(Value.of(serial.getAsLong())));
        return NetworkParameters.fromRows(new TreeMap<>())
                .with(Parameter.VERSION, Value.of(version))
                .with(Parameter.REGISTRY_PREFIX, Value.of(text(facts, "registry_prefix")))
                .with(Parameter.CRL, Value.of(crl));
    }

    static String text(JsonObject object, String key) {
        return object.get(key).getAsString();
    }
}
