package net.re6st.registry.core;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.zip.Deflater;
import net.re6st.crypto.Rsa;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.port.CaKey;
import net.re6st.registry.port.Tx;
import net.re6st.registry.port.View;
import net.re6st.wire.PackedInteger;
import net.re6st.wire.Protocol;

/**
 * Decides when the network parameters get a new version, signs it, and writes them for a node.
 *
 * <p>The version grows whenever the parameters differ from those of the last version, whose text is in the database, and
 * with each step of a key rotation: the keys are not in that text.
 */
final class ParameterPublisher {
    private static final String BABEL_DEFAULT = "max-rtt-penalty 5000 rtt-max 500 rtt-decay 125";

    private final NetworkOptions options;
    private final CaKey caKey;

    ParameterPublisher(NetworkOptions options, CaKey caKey) {
        this.options = options;
        this.caKey = caKey;
    }

    /** Publishes a new version if the parameters changed; whether they did. */
    boolean publishChanges(Tx tx) {
        return publish(tx, false);
    }

    /** Publishes a new version in any case, once there is somebody to publish to. */
    boolean publishAnyway(Tx tx) {
        return publish(tx, true);
    }

    private boolean publish(Tx tx, boolean anyway) {
        Optional<Prefix> registryPrefix = tx.registryPrefix();
        if (registryPrefix.isEmpty()) {
            return false;
        }
        String config = parameters(registryPrefix.get(), tx.revokedSerials()).canonical();
        if (!anyway && tx.lastConfig().filter(config::equals).isPresent()) {
            return false;
        }
        Bytes number = PackedInteger.encode(number(tx.version()) + 1);
        // In the transaction because the number must be signed before it can be stored: one signature, about a
        // millisecond.
        tx.setVersion(number.plus(caKey.sign(number)));
        tx.setLastConfig(config);
        return true;
    }

    /** The number in a signed version; 0 if there is none. */
    static long number(Optional<Bytes> version) {
        return version.flatMap(blob -> PackedInteger.decode(blob, 0))
                .map(PackedInteger.Decoded::value)
                .orElse(0L);
    }

    /** What {@code getNetworkConfig} needs of one state of the database. */
    record Snapshot(
            Prefix registryPrefix,
            List<Long> revokedSerials,
            Bytes version,
            OptionalDouble validUntil,
            BabelKeys.Pair keys) {}

    /** Empty as long as nothing was published. */
    static Optional<Snapshot> snapshot(View view) {
        Optional<Prefix> prefix = view.registryPrefix();
        Optional<Bytes> version = view.version();
        if (prefix.isEmpty() || version.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Snapshot(
                prefix.get(), view.revokedSerials(), version.get(), view.validUntil(), BabelKeys.pair(view)));
    }

    /** The parameters for one node, compressed; keys are encrypted for it. */
    Bytes forNode(Snapshot state, RSAPublicKey nodeKey, SecureRandom secure) {
        return compress(Bytes.copyOf(text(state, nodeKey, secure).getBytes(StandardCharsets.US_ASCII)));
    }

    private String text(Snapshot state, RSAPublicKey nodeKey, SecureRandom secure) {
        ParameterJson json = parameters(state.registryPrefix(), state.revokedSerials());
        json.texts("", List.of("version"));
        json.text("version", base64(state.version()));
        if (state.validUntil().isPresent()) {
            json.number(
                    "valid_until",
                    new BigDecimal(Double.toString(state.validUntil().getAsDouble())).toPlainString());
        }
        state.keys().sign().ifPresent(key -> json.text("babel_hmac_sign", seal(key, nodeKey, secure)));
        state.keys().accept().ifPresent(key -> json.text("babel_hmac_accept", seal(key, nodeKey, secure)));
        return json.inOrder();
    }

    private static String seal(Bytes key, RSAPublicKey nodeKey, SecureRandom secure) {
        return key.isEmpty() ? "" : base64(Rsa.encrypt(nodeKey, key, secure));
    }

    private ParameterJson parameters(Prefix registryPrefix, List<Long> revokedSerials) {
        ParameterJson json = new ParameterJson()
                .text("babel_default", BABEL_DEFAULT)
                .numbers("crl", revokedSerials)
                .number("protocol", Protocol.VERSION)
                .text("registry_prefix", registryPrefix.bits());
        options.ipv4()
                .ifPresent(block -> json.text("ipv4", block.network()).number("ipv4_sublen", block.subnetLength()));
        if (!options.sameCountry().isEmpty()) {
            json.texts("same_country", options.sameCountry());
        }
        return json.number("client_count", options.clientCount())
                .flag("encrypt", options.encrypt())
                .number("hello", options.helloSeconds())
                .number("max_clients", options.maxClients())
                .number("min_protocol", options.minProtocol())
                .number("tunnel_refresh", options.tunnelRefreshSeconds());
    }

    private static String base64(Bytes bytes) {
        return Base64.getEncoder().encodeToString(bytes.toArray());
    }

    private static Bytes compress(Bytes text) {
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(text.toArray());
            deflater.finish();
            byte[] buffer = new byte[text.size() + text.size() / 8 + 64];
            int size = deflater.deflate(buffer);
            if (!deflater.finished()) {
                throw new IllegalStateException(text.size() + " bytes do not fit when compressed");
            }
            return Bytes.copyOf(buffer, 0, size);
        } finally {
            deflater.end();
        }
    }
}
