package net.re6st.rpc;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The calls of the registry: their names, their arguments in order, and who may make them. */
public enum RegistryApi {
    HELLO("hello", Access.PUBLIC, required("client_prefix"), optional("protocol", "1")),
    GET_CA("getCa", Access.PUBLIC),
    REQUEST_TOKEN("requestToken", Access.PUBLIC, required("email")),
    REQUEST_CERTIFICATE(
            "requestCertificate",
            Access.PUBLIC,
            required("token"),
            required("req"),
            optional("location", ""),
            optional("ip", "")),

    GET_DH("getDh", Access.AUTHENTICATED, required("cn")),
    GET_NETWORK_CONFIG("getNetworkConfig", Access.AUTHENTICATED, required("cn")),
    RENEW_CERTIFICATE("renewCertificate", Access.AUTHENTICATED, required("cn")),
    GET_BOOTSTRAP_PEER("getBootstrapPeer", Access.AUTHENTICATED, required("cn")),
    GET_COUNTRY("getCountry", Access.AUTHENTICATED, required("cn"), required("address")),

    ADD_TOKEN("addToken", Access.PRIVATE, required("email"), required("token")),
    IS_TOKEN("isToken", Access.PRIVATE, required("token")),
    DELETE_TOKEN("deleteToken", Access.PRIVATE, required("token")),
    REVOKE("revoke", Access.PRIVATE, required("cn_or_serial")),
    UPDATE_HMAC("updateHMAC", Access.PRIVATE),
    GET_NODE_PREFIX("getNodePrefix", Access.PRIVATE, required("email")),
    GET_IPV6_ADDRESS("getIPv6Address", Access.PRIVATE, required("email")),
    GET_IPV4_INFORMATION("getIPv4Information", Access.PRIVATE, required("email")),
    VERSIONS("versions", Access.PRIVATE),
    TOPOLOGY("topology", Access.PRIVATE);

    /** Who may make a call. */
    public enum Access {
        /** Anybody. */
        PUBLIC,
        /** The node whose prefix is the first argument, {@code cn}: proven by the session of {@link RpcSession}. */
        AUTHENTICATED,
        /** The administrator, from an authorized address. */
        PRIVATE
    }

    /** One argument; without a default it must be given. */
    public record Argument(String name, Optional<String> defaultValue) {}

    private static final Map<String, RegistryApi> BY_NAME = new HashMap<>();

    static {
        for (RegistryApi method : values()) {
            BY_NAME.put(method.methodName, method);
        }
    }

    private final String methodName;
    private final Access access;

    @SuppressWarnings("ImmutableEnumChecker") // List.of makes it immutable
    private final List<Argument> arguments;

    RegistryApi(String methodName, Access access, Argument... arguments) {
        this.methodName = methodName;
        this.access = access;
        this.arguments = List.of(arguments);
    }

    private static Argument required(String name) {
        return new Argument(name, Optional.empty());
    }

    private static Argument optional(String name, String defaultValue) {
        return new Argument(name, Optional.of(defaultValue));
    }

    /** The call of this name, exactly as written. */
    public static Optional<RegistryApi> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    public String methodName() {
        return methodName;
    }

    public Access access() {
        return access;
    }

    public List<Argument> arguments() {
        return arguments;
    }

    /**
     * What is requested, without the base path of the URL: {@code /METHOD?ARGS}. Throws {@link IllegalArgumentException} if
     * there are too few or too many values.
     */
    public String target(String... values) {
        if (values.length > arguments.size() || Arrays.asList(values).contains(null)) {
            throw new IllegalArgumentException(methodName + " takes " + arguments.size() + " texts");
        }
        StringBuilder target = new StringBuilder("/").append(methodName);
        for (int i = 0; i < arguments.size(); i++) {
            Argument argument = arguments.get(i);
            // Compat: the original sends defaults as well, and the registry's HMAC covers them.
            String value = i < values.length
                    ? values[i]
                    : argument.defaultValue()
                            .orElseThrow(() -> new IllegalArgumentException(methodName + " needs " + argument.name()));
            target.append(i == 0 ? '?' : '&')
                    .append(argument.name())
                    .append('=')
                    .append(encode(value));
        }
        return target.toString();
    }

    /** As Python's {@code urlencode} does: all but letters, digits and {@code _.-~} escaped, a space is {@code +}. */
    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8)
                .replace("*", "%2A")
                .replace("%7E", "~");
    }
}
