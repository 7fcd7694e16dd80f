package net.re6st.core;

import java.math.BigInteger;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.re6st.config.NetworkParameters;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.core.NodeSettings.Advertised;
import net.re6st.core.NodeSettings.Family;
import net.re6st.core.NodeSettings.Mapping;
import net.re6st.core.NodeSettings.Port;
import net.re6st.core.NodeSettings.Role;
import net.re6st.core.port.Identity;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.net.Transport;
import net.re6st.wire.AddressList;
import net.re6st.wire.PackedInteger;
import org.jspecify.annotations.Nullable;

/** What tests make a node of; everything has a default. */
final class TestNode {
    static final Network NETWORK = Network.parseBits("001000000000000100001101101110000000000001000010")
            .orElseThrow();
    static final Prefix REGISTRY = Prefix.ofBits("0000000000000000");
    static final Moment START = new Moment(1_000_000_000_000L, 1_800_000_000_000_000L);

    final Map<String, String> geoIp = new HashMap<>();
    Prefix prefix = Prefix.ofBits("0000000000000101");

    @Nullable
    String country;

    Set<Transport> disabled = Set.of();
    List<Prefix> preferred = List.of();
    Role role = Role.MESH;
    Family ipv4 =
            new Family(AddressList.EMPTY, true, List.of(new Port(1194, Transport.UDP), new Port(1194, Transport.TCP)));
    Family ipv6 = Family.NONE;
    Mapping mapping = Mapping.NONE;
    boolean probing;
    boolean privateAllowed = true;
    /** How long our certificate is good for. */
    Duration left = Duration.ofDays(300);

    NetworkParameters parameters = NetworkParameters.fromRows(new TreeMap<>())
            .with(Parameter.VERSION, Value.of(version(1)))
            .with(Parameter.PROTOCOL, Value.of(10))
            .with(Parameter.HELLO, Value.of(15))
            .with(Parameter.CLIENT_COUNT, Value.of(4))
            .with(Parameter.TUNNEL_REFRESH, Value.of(300))
            .with(Parameter.REGISTRY_PREFIX, Value.of(REGISTRY.bits()));
    long seed = 1;

    /** A version that fakes take for signed. */
    static Bytes version(long number) {
        return PackedInteger.encode(number).plus(Bytes.ofLatin1("signature of the CA"));
    }

    static Identity identity(Prefix prefix, int serial, Duration left) {
        Bytes certificate = certificate(prefix, serial);
        long end = START.plus(left).wallMicros();
        return new Identity(
                prefix, BigInteger.valueOf(serial), certificate, fingerprint(certificate), end, Long.MAX_VALUE / 2);
    }

    /** Bytes of the form of a certificate, which fakes understand. */
    static Bytes certificate(Prefix prefix, int serial) {
        String text = "%-200s".formatted(prefix.cn() + " " + serial);
        return Bytes.copyOf((byte) 0x30, (byte) 0x81, (byte) 200).plus(Bytes.ofLatin1(text));
    }

    static Bytes fingerprint(Bytes certificate) {
        return Bytes.ofLatin1("%-20.20s".formatted(certificate.from(3).toLatin1()));
    }

    NodeSettings settings() {
        return new NodeSettings(
                NETWORK,
                10,
                Software.text("0.1.0", "17", "Test"),
                role,
                null,
                null,
                disabled,
                preferred,
                country,
                probing,
                privateAllowed,
                new Advertised(ipv4, ipv6, mapping),
                ip -> Optional.ofNullable(geoIp.get(ip)));
    }

    Node create(Ports ports, Moment now) {
        return new Node(
                settings(),
                identity(prefix, 7, left),
                parameters,
                ports,
                new SplittableRandom(seed),
                new SplittableRandom(seed + 1),
                now);
    }
}
