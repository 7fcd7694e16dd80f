package net.re6st.registry.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import net.re6st.net.Ip4;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.net.TunnelAddress;
import net.re6st.registry.port.AuditRow.Act;
import net.re6st.registry.port.Overlay;
import net.re6st.registry.port.RegistryStore;
import net.re6st.rpc.RegistryApi;
import net.re6st.wire.AddressList;

/** What the administrator can do, by private calls and by pages. Any thread. */
public final class Administration {
    private static final double MICROS = 1e6;

    private final RegistrySettings settings;
    private final Network network;
    private final RegistryStore store;
    private final Overlay overlay;
    private final ParameterPublisher publisher;
    private final AuditLog audit;
    private final Announcements announcements;
    private final Revocation revocation;
    private final TokenActs tokens;
    private final RandomGenerator secure;

    Administration(
            RegistrySettings settings,
            Network network,
            Registry.Ports ports,
            ParameterPublisher publisher,
            AuditLog audit,
            Announcements announcements,
            RandomGenerator secure) {
        this.settings = settings;
        this.network = network;
        this.store = ports.store();
        this.overlay = ports.overlay();
        this.publisher = publisher;
        this.audit = audit;
        this.announcements = announcements;
        this.revocation = new Revocation(store, publisher::publishChanges, audit);
        this.tokens = new TokenActs(store, audit, secure);
        this.secure = secure;
    }

    Answer answer(RegistryApi method, Map<String, String> arguments, Occasion occasion) {
        return switch (method) {
            case ADD_TOKEN -> addToken(argument(arguments, "email"), argument(arguments, "token"), occasion);
            case IS_TOKEN -> isToken(argument(arguments, "token"));
            case DELETE_TOKEN -> deleteToken(argument(arguments, "token"), occasion);
            case REVOKE -> revoke(argument(arguments, "cn_or_serial"), occasion);
            case UPDATE_HMAC -> updateHmac(Optional.empty(), occasion);
            case GET_NODE_PREFIX -> getNodePrefix(argument(arguments, "email"));
            case GET_IPV6_ADDRESS -> getIpv6Address(argument(arguments, "email"));
            case GET_IPV4_INFORMATION -> getIpv4Information(argument(arguments, "email"));
            case VERSIONS -> versions();
            case TOPOLOGY -> topology();
            default -> throw new IllegalStateException(method + " is not private");
        };
    }

    private static String argument(Map<String, String> arguments, String name) {
        return RpcDispatch.value(arguments, name);
    }

    /** Adds a token of the administrator's choice: 204, 409 if it exists. */
    public Answer addToken(String email, String token, Occasion occasion) {
        if (settings.tokenPrefixLength() == 0) {
            return Answer.error(Answer.FORBIDDEN, "registration by token is disabled");
        }
        return tokens.add(email, token, settings.tokenPrefixLength(), occasion);
    }

    /** Adds a token and gives it: 200. */
    public Answer createToken(String email, Occasion occasion) {
        if (settings.tokenPrefixLength() == 0) {
            return Answer.error(Answer.FORBIDDEN, "registration by token is disabled");
        }
        return tokens.create(email, settings.tokenPrefixLength(), occasion);
    }

    private Answer isToken(String token) {
        return store.read(view -> view.token(token)).isPresent() ? Answer.of("1") : Answer.EMPTY;
    }

    /** Deletes a token if it exists: 204. */
    public Answer deleteToken(String token, Occasion occasion) {
        tokens.delete(token, occasion);
        return Answer.EMPTY;
    }

    /** Revokes a node by its CN, or a certificate by its serial: 204; 409 for the CN of the registry's own node. */
    public Answer revoke(String cnOrSerial, Occasion occasion) {
        return announced(revocation.revoke(cnOrSerial, occasion));
    }

    /** Revokes a node by its CN: 204; 409 if its certificate is not the one with this serial. */
    public Answer revokeNode(String cn, String serial, Occasion occasion) {
        return announced(revocation.revokeNode(cn, serial, occasion));
    }

    private Answer announced(Revocation.Outcome outcome) {
        if (outcome.published()) {
            announcements.announce();
        }
        return outcome.answer();
    }

    /** Takes the next step of the rotation of Babel's keys: 204; 409 if it is not that which follows {@code state}. */
    public Answer updateHmac(Optional<String> state, Occasion occasion) {
        double nowSeconds = occasion.now().wallMicros() / MICROS;
        Optional<Boolean> published = store.transaction(tx -> {
            String current = KeyRotation.of(tx).state().text();
            if (state.filter(expected -> !expected.equals(current)).isPresent()) {
                return Optional.empty();
            }
            String step = BabelKeys.step(tx, secure, nowSeconds);
            audit.record(tx, occasion, Act.KEY_ROTATED, "", step);
            return Optional.of(publisher.publishAnyway(tx, occasion));
        });
        if (published.isEmpty()) {
            return Answer.error(
                    Answer.CONFLICT,
                    "This step was taken already. Look at the page again before you take the next one.");
        }
        if (published.get()) {
            announcements.announce();
        }
        return Answer.EMPTY;
    }

    private Optional<Prefix> registryNode() {
        return store.read(view -> view.registryPrefix());
    }

    private Optional<Prefix> node(String email) {
        return email.isEmpty() ? Optional.empty() : store.read(view -> view.prefixOfEmail(email));
    }

    private Answer getNodePrefix(String email) {
        return node(email).map(prefix -> Answer.of(prefix.cn())).orElse(Answer.EMPTY);
    }

    private Answer getIpv6Address(String email) {
        return node(email)
                .map(prefix -> Answer.of(network.subnet(prefix).firstAddress().toString()))
                .orElse(Answer.EMPTY);
    }

    private Answer getIpv4Information(String email) {
        Optional<Prefix> node = node(email);
        if (node.isEmpty() || !reachable().contains(node.get())) {
            return Answer.EMPTY;
        }
        AddressInquiry inquiry = new AddressInquiry(node.get());
        overlay.ask(inquiry);
        return inquiry.addresses()
                .flatMap(Administration::publicIpv4)
                .map(address -> Answer.of(address.toString()))
                .orElse(Answer.EMPTY);
    }

    private static Optional<Ip4> publicIpv4(AddressList list) {
        return list.addresses().stream()
                .map(TunnelAddress::host)
                .map(Ip4::parse)
                .flatMap(Optional::stream)
                .filter(PublicAddress::isPublic)
                .findFirst();
    }

    /** All reachable nodes, that of the registry included. */
    private List<Prefix> reachable() {
        List<Prefix> nodes = new ArrayList<>(overlay.reachable());
        registryNode().filter(node -> !nodes.contains(node)).ifPresent(nodes::add);
        return nodes;
    }

    private Answer versions() {
        SoftwareInquiry inquiry = new SoftwareInquiry(reachable());
        overlay.ask(inquiry);
        return Answer.of(inquiry.json());
    }

    private Answer topology() {
        Optional<Prefix> registryNode = registryNode();
        if (registryNode.isEmpty()) {
            return Answer.of("{}");
        }
        TopologyInquiry inquiry = TopologyInquiry.ofTunnels(registryNode.get(), network.maxPrefixLength());
        overlay.ask(inquiry);
        return Answer.of(inquiry.json());
    }
}
