package net.re6st.registry.core;

import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import net.re6st.config.Json;
import net.re6st.config.NetworkParameters;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.config.Zlib;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.port.CaKey;
import net.re6st.registry.port.Sealing;
import net.re6st.registry.port.Tx;
import net.re6st.registry.port.View;
import net.re6st.wire.Protocol;

/**
 * Decides when the network parameters get a new version, and writes them for a node.
 *
 * <p>The version grows whenever the parameters differ from those of the last version, whose text is in the database, and
 * with each step of a key rotation: the keys are not in that text.
 */
final class ParameterPublisher {
    /** Names the parameters that are base64 of bytes. */
    private static final String BINARY_NAMES = "";

    private final NetworkOptions options;
    private final VersionStamp stamp;

    ParameterPublisher(NetworkOptions options, CaKey caKey, AuditLog audit) {
        this.options = options;
        this.stamp = new VersionStamp(caKey, audit);
    }

    /** Publishes a new version if the parameters changed; whether they did. */
    boolean publishChanges(Tx tx, Occasion occasion) {
        return publish(tx, false, occasion);
    }

    /** Publishes a new version in any case, once there is somebody to publish to. */
    boolean publishAnyway(Tx tx, Occasion occasion) {
        return publish(tx, true, occasion);
    }

    private boolean publish(Tx tx, boolean anyway, Occasion occasion) {
        Optional<Prefix> registryPrefix = tx.registryPrefix();
        if (registryPrefix.isEmpty()) {
            return false;
        }
        String config = config(registryPrefix.get(), tx);
        if (!anyway && tx.lastConfig().filter(config::equals).isPresent()) {
            return false;
        }
        stamp.publish(tx, config, occasion);
        return true;
    }

    private String config(Prefix registryPrefix, View view) {
        return Json.writeSorted(new Value.Members(parameters(registryPrefix, view.revokedSerials())));
    }

    /** What would change if we published; empty if nothing, or if nothing was published yet. */
    Optional<String> difference(View view) {
        Optional<String> published = view.lastConfig();
        return view.registryPrefix()
                .map(prefix -> config(prefix, view))
                .filter(config -> published.filter(last -> !last.equals(config)).isPresent())
                .map(config -> ParameterChanges.describe(published, config));
    }

    /** The number in a signed version; 0 if there is none. */
    static long number(Optional<Bytes> version) {
        return VersionStamp.number(version);
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
    Bytes forNode(Snapshot state, RSAPublicKey nodeKey, Sealing sealing) {
        return Zlib.deflate(Bytes.copyOf(text(state, nodeKey, sealing).getBytes(StandardCharsets.US_ASCII)));
    }

    private String text(Snapshot state, RSAPublicKey nodeKey, Sealing sealing) {
        Map<String, Value> members = parameters(state.registryPrefix(), state.revokedSerials());
        members.put(BINARY_NAMES, texts(List.of(Parameter.VERSION.text())));
        put(members, Parameter.VERSION, Value.of(base64(state.version())));
        state.validUntil().ifPresent(time -> put(members, Parameter.VALID_UNTIL, new Value.Real(time)));
        state.keys().sign().ifPresent(key -> put(members, Parameter.BABEL_HMAC_SIGN, seal(key, nodeKey, sealing)));
        state.keys().accept().ifPresent(key -> put(members, Parameter.BABEL_HMAC_ACCEPT, seal(key, nodeKey, sealing)));
        return Json.write(new Value.Members(members));
    }

    private static Value seal(Bytes key, RSAPublicKey nodeKey, Sealing sealing) {
        return Value.of(key.isEmpty() ? "" : base64(sealing.seal(nodeKey, key)));
    }

    private Map<String, Value> parameters(Prefix registryPrefix, List<Long> revokedSerials) {
        Map<String, Value> members = new LinkedHashMap<>();
        put(members, Parameter.BABEL_DEFAULT, Value.of(NetworkParameters.DEFAULT_BABEL));
        put(members, Parameter.CRL, VersionStamp.serials(revokedSerials));
        put(members, Parameter.PROTOCOL, Value.of(Protocol.VERSION));
        put(members, Parameter.REGISTRY_PREFIX, Value.of(registryPrefix.bits()));
        options.ipv4().ifPresent(block -> {
            put(members, Parameter.IPV4, Value.of(block.network()));
            put(members, Parameter.IPV4_SUBLEN, Value.of(block.subnetLength()));
        });
        if (!options.sameCountry().isEmpty()) {
            put(members, Parameter.SAME_COUNTRY, texts(options.sameCountry()));
        }
        put(members, Parameter.CLIENT_COUNT, Value.of(options.clientCount()));
        put(members, Parameter.ENCRYPT, Value.of(options.encrypt()));
        put(members, Parameter.HELLO, Value.of(options.helloSeconds()));
        put(members, Parameter.MAX_CLIENTS, Value.of(options.maxClients()));
        put(members, Parameter.MIN_PROTOCOL, Value.of(options.minProtocol()));
        put(members, Parameter.TUNNEL_REFRESH, Value.of(options.tunnelRefreshSeconds()));
        return members;
    }

    private static void put(Map<String, Value> members, Parameter parameter, Value value) {
        members.put(parameter.text(), value);
    }

    private static Value texts(List<String> texts) {
        return Value.of(texts.stream().map(Value::of).toList());
    }

    private static String base64(Bytes bytes) {
        return Base64.getEncoder().encodeToString(bytes.toArray());
    }
}
