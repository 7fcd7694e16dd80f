package net.re6st.registry.core;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.registry.port.Actor;
import net.re6st.registry.port.Meter;
import net.re6st.rpc.RegistryApi;

/** The calls that anybody may make, each within its {@link Limits}. Any thread. */
final class PublicCalls {
    private final Registry registry;
    private final Origins origins;
    private final Limits limits;
    private final TokenGuesses guesses;

    PublicCalls(Registry registry, Limits limits, Meter meter) {
        this.registry = registry;
        this.origins = registry.settings().origins();
        this.limits = limits;
        this.guesses = new TokenGuesses(limits, meter);
    }

    Answer answer(Caller caller, RegistryApi method, Map<String, String> arguments, Moment now) {
        Optional<Source> source = origins.source(caller);
        Occasion occasion = new Occasion(Actor.client(origins.client(caller)), now);
        return switch (method) {
            case GET_CA -> registry.getCa();
            case HELLO -> hello(source, arguments, now);
            case REQUEST_TOKEN -> requestToken(source, RpcDispatch.value(arguments, "email"), occasion);
            case REQUEST_CERTIFICATE -> requestCertificate(source, arguments, occasion);
            default -> throw new IllegalStateException(method + " is not public");
        };
    }

    private Answer hello(Optional<Source> source, Map<String, String> arguments, Moment now) {
        String prefix = RpcDispatch.value(arguments, "client_prefix");
        // Limits keep what they are given: nothing long, and nothing that is no prefix.
        String counted = Prefix.parseBits(prefix).map(Prefix::bits).orElse("");
        Optional<Duration> wait = source.flatMap(from -> limits.hello(from, counted, now));
        return wait.isPresent()
                ? Answer.tooMany(wait.get())
                : registry.hello(prefix, RpcDispatch.value(arguments, "protocol"));
    }

    private Answer requestToken(Optional<Source> source, String email, Occasion occasion) {
        if (source.isEmpty() || !Tokens.isAddress(email)) {
            return registry.requestToken(email, token -> {}, occasion);
        }
        Optional<Duration> wait = limits.mail(source.get(), email, occasion.now());
        return wait.isPresent()
                ? Answer.tooMany(wait.get())
                : registry.requestToken(email, token -> guesses.made(token, source.get()), occasion);
    }

    private Answer requestCertificate(Optional<Source> source, Map<String, String> arguments, Occasion occasion) {
        String token = RpcDispatch.value(arguments, "token");
        if (source.isEmpty()) {
            return requestCertificate(arguments, occasion);
        }
        Moment now = occasion.now();
        Optional<Duration> wait = limits.certificate(source.get(), token.isEmpty(), now);
        if (wait.isEmpty() && !token.isEmpty()) {
            wait = guesses.wait(token, source.get(), now);
        }
        if (wait.isPresent()) {
            return Answer.tooMany(wait.get());
        }
        Answer answer = requestCertificate(arguments, occasion);
        if (!token.isEmpty() && answer.status() == Answer.OK) {
            limits.issued(source.get(), now);
        } else if (!token.isEmpty() && answer.status() == Answer.NO_CONTENT) {
            guesses.wrong(token, source.get(), registry.tokensOfLength(token.length()), now);
        }
        return answer;
    }

    private Answer requestCertificate(Map<String, String> arguments, Occasion occasion) {
        String ip = RpcDispatch.value(arguments, "ip");
        return registry.requestCertificate(
                RpcDispatch.value(arguments, "token"),
                RpcDispatch.value(arguments, "req"),
                RpcDispatch.value(arguments, "location"),
                ip.isBlank() ? occasion.actor().address() : ip.strip(),
                occasion);
    }
}
