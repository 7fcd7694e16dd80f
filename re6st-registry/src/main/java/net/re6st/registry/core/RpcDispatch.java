package net.re6st.registry.core;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.registry.port.Actor;
import net.re6st.registry.port.Meter;
import net.re6st.rpc.RegistryApi;
import net.re6st.rpc.RpcSession;
import net.re6st.rpc.ServerSessions;

/**
 * Decides whether a request is well-formed and may be made, in this order: method, name, origin, arguments, session. What
 * the calls do is {@link Registry}'s. Any thread.
 */
public final class RpcDispatch {
    private static final Bytes NO_MAC = Bytes.EMPTY;

    /** Of an address that is kept; a proxy may write anything. */
    private static final int MAX_ADDRESS = 64;

    private final Registry registry;
    private final Sessions sessions;
    private final Origins origins;
    private final Limits limits;
    private final PublicCalls publicCalls;

    public RpcDispatch(Registry registry) {
        this(registry, Meter.NONE);
    }

    public RpcDispatch(Registry registry, Meter meter) {
        this.registry = registry;
        this.sessions = registry.sessions();
        this.origins = registry.settings().origins();
        this.limits = new Limits(meter);
        this.publicCalls = new PublicCalls(registry, limits, meter);
    }

    /** Whether the answer may take seconds, because a node or a mail server has to answer first. */
    public static boolean mayWait(String target) {
        return RpcTarget.of(target)
                .flatMap(RpcTarget::method)
                .filter(method -> switch (method) {
                    case GET_BOOTSTRAP_PEER, GET_IPV4_INFORMATION, VERSIONS, TOPOLOGY, REQUEST_TOKEN -> true;
                    default -> false;
                })
                .isPresent();
    }

    /** Whether the answer may have to wait until a change is on the disk. */
    public static boolean changesState(String target) {
        return RpcTarget.of(target)
                .flatMap(RpcTarget::method)
                .filter(method ->
                        method == RegistryApi.REQUEST_CERTIFICATE || method.access() == RegistryApi.Access.PRIVATE)
                .isPresent();
    }

    /** What a request calls, by a name that is one of few. */
    public static String methodName(String target) {
        return RpcTarget.of(target)
                .flatMap(RpcTarget::method)
                .map(RegistryApi::methodName)
                .orElse("none");
    }

    /** The budgets whose use a meter hears of. */
    public static List<String> budgets() {
        return Stream.concat(
                        Stream.of(Limits.Budget.values()).map(Limits.Budget::text),
                        Stream.of(TokenGuesses.BUDGET_OF_ALL))
                .toList();
    }

    /** The answer to any request. */
    public Answer answer(RpcRequest request, Moment now) {
        if (!request.method().equals("GET")) {
            return Answer.error(Answer.NOT_IMPLEMENTED, "only GET");
        }
        Optional<RpcTarget> target = RpcTarget.of(request.target());
        Optional<RegistryApi> method = target.flatMap(RpcTarget::method);
        if (target.isEmpty() || method.isEmpty()) {
            return Answer.error(Answer.BAD_REQUEST, "no such method");
        }
        if (method.get().access() == RegistryApi.Access.PRIVATE) {
            Optional<String> refusal = origins.refusal(request.caller());
            if (refusal.isPresent()) {
                return Answer.error(Answer.FORBIDDEN, refusal.get());
            }
        }
        Optional<Map<String, String>> arguments = target.get().arguments(method.get());
        if (arguments.isEmpty()) {
            return Answer.error(Answer.BAD_REQUEST, "wrong arguments");
        }
        if (method.get().access() == RegistryApi.Access.AUTHENTICATED) {
            return answerAuthenticated(request, target.get(), method.get(), arguments.get(), now);
        }
        return switch (method.get().access()) {
            case PRIVATE ->
                registry.administration()
                        .answer(method.get(), arguments.get(), new Occasion(Actor.origin(client(request)), now));
            default -> publicCalls.answer(request.caller(), method.get(), arguments.get(), now);
        };
    }

    private Answer answerAuthenticated(
            RpcRequest request, RpcTarget target, RegistryApi method, Map<String, String> arguments, Moment now) {
        if (value(arguments, "cn").isEmpty()) {
            return Answer.error(Answer.NOT_FOUND, "no prefix");
        }
        if (request.mac().isEmpty()) {
            return Answer.error(Answer.BAD_REQUEST, "no MAC");
        }
        Optional<Source> source = origins.source(request.caller());
        Optional<Duration> wait = source.flatMap(from -> limits.afterFailedCalls(from, now));
        if (wait.isPresent()) {
            return Answer.tooMany(wait.get());
        }
        Optional<Prefix> client = Prefix.parseBits(value(arguments, "cn"));
        Bytes mac = RpcSession.parseHeader(request.mac().get()).orElse(NO_MAC);
        Sessions.Origin origin =
                new Sessions.Origin(AuditLog.plain(client(request), MAX_ADDRESS), Registry.seconds(now));
        Optional<Sessions.Check> check = client.map(prefix -> sessions.use(prefix, target.signed(), mac, origin));
        check.flatMap(Sessions.Check::late).ifPresent(session -> registry.clashes()
                .onLate(session, new Occasion(Actor.node(session.client(), origin.address()), now)));
        if (client.isEmpty() || check.isEmpty() || !check.get().hasSession()) {
            source.ifPresent(from -> limits.failedCall(from, now));
            return Answer.error(Answer.UNAUTHORIZED, "no session, say hello");
        }
        Optional<ServerSessions.Authenticated> call = check.get().call();
        if (call.isEmpty()) {
            source.ifPresent(from -> limits.failedCall(from, now));
            return Answer.error(Answer.BAD_REQUEST, "wrong MAC");
        }
        wait = limits.authenticated(source, client.get(), now);
        if (wait.isPresent()) {
            return Answer.tooMany(wait.get());
        }
        Occasion occasion = new Occasion(Actor.node(client.get(), client(request)), now);
        Answer answer = call(client.get(), call.get().protocol(), method, arguments, occasion);
        return answer.isSuccess() ? answer.withMac(call.get().session().signAnswer(answer.body())) : answer;
    }

    private Answer call(
            Prefix client, int protocol, RegistryApi method, Map<String, String> arguments, Occasion occasion) {
        return switch (method) {
            case GET_DH -> registry.getDh();
            case GET_NETWORK_CONFIG -> registry.getNetworkConfig(client);
            case RENEW_CERTIFICATE -> registry.renewCertificate(client, occasion);
            case GET_BOOTSTRAP_PEER -> registry.getBootstrapPeer(client, protocol, occasion.now());
            case GET_COUNTRY -> registry.getCountry(value(arguments, "address"));
            default -> throw new IllegalStateException(method + " needs no session");
        };
    }

    private String client(RpcRequest request) {
        return origins.client(request.caller());
    }

    static String value(Map<String, String> arguments, String name) {
        String value = arguments.get(name);
        if (value == null) {
            throw new IllegalStateException("no argument " + name);
        }
        return value;
    }
}
