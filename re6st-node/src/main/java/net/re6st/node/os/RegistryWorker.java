package net.re6st.node.os;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import net.re6st.config.NetworkParameters;
import net.re6st.core.port.Identity;
import net.re6st.core.port.RegistryLink;
import net.re6st.core.port.Ticket;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.rpc.RegistryAnswer;
import net.re6st.rpc.RegistryApi;
import net.re6st.rpc.RegistryClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls the registry, one call after the other, in a thread of its own. */
public final class RegistryWorker implements RegistryLink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryWorker.class);
    private static final int MAX_WAITING = 64;

    private final EventLoop loop;
    private final Keyring keyring;
    private final RegistryClient nobody;
    private final int protocol;
    private final Events events;
    private final ThreadPoolExecutor worker = new ThreadPoolExecutor(
            1, 1, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), Threads.named("registry"));

    // The worker's own: the session goes with the certificate it was made for.
    private @Nullable RegistryClient client;
    private @Nullable Object clientOf;

    /** The outcomes, told in the loop: the events of the same names of the core. */
    public interface Events {
        void onParameters(NetworkParameters parameters);

        void onBootstrapPeer(@Nullable Prefix peer, String addresses);

        void onCountry(Ticket ticket, @Nullable String country);

        void onRenewed(Identity identity);

        void onRegistryFailed(Call call, String reason);
    }

    /**
     * Calls nothing yet.
     *
     * @param nobody a client for public calls; this makes it one of the holder of our certificate
     */
    public RegistryWorker(EventLoop loop, Keyring keyring, RegistryClient nobody, int protocol, Events events) {
        this.loop = loop;
        this.keyring = keyring;
        this.nobody = nobody;
        this.protocol = protocol;
        this.events = events;
        worker.allowCoreThreadTimeOut(true);
    }

    @Override
    public void fetchParameters() {
        run(Call.PARAMETERS, () -> {
            RegistryAnswer answer = client().call(RegistryApi.GET_NETWORK_CONFIG, bits());
            Optional<NetworkParameters> parameters =
                    answer.result().flatMap(body -> NetworkParameters.decode(body, keyring.own()::decrypt));
            if (parameters.isPresent()) {
                loop.post(() -> events.onParameters(parameters.get()));
            } else {
                fail(Call.PARAMETERS, answer);
            }
        });
    }

    @Override
    public void bootstrapPeer() {
        run(Call.BOOTSTRAP_PEER, () -> {
            RegistryAnswer answer = client().call(RegistryApi.GET_BOOTSTRAP_PEER, bits());
            Optional<Bytes> body = answer.result();
            if (body.isPresent() && body.get().isEmpty()) {
                loop.post(() -> events.onBootstrapPeer(null, ""));
                return;
            }
            String[] words = body.flatMap(keyring.own()::decrypt)
                    .map(text -> new String(text.toArray(), StandardCharsets.UTF_8))
                    .orElse("")
                    .split(" ", 2);
            Optional<Prefix> peer = Prefix.parseBits(words[0]).filter(prefix -> prefix.length() > 0);
            if (words.length == 2 && peer.isPresent()) {
                loop.post(() -> events.onBootstrapPeer(peer.get(), words[1]));
            } else {
                fail(Call.BOOTSTRAP_PEER, answer);
            }
        });
    }

    @Override
    public void country(Ticket ticket, String ip) {
        Consumer<String> failed = reason -> loop.post(() -> events.onCountry(ticket, null));
        submit(failed, () -> {
            String country = client().call(RegistryApi.GET_COUNTRY, bits(), ip)
                    .result()
                    .map(Bytes::toLatin1)
                    .filter(text -> text.matches("[A-Z]{2}"))
                    .orElse(null);
            loop.post(() -> events.onCountry(ticket, country));
        });
    }

    @Override
    public void renewCertificate() {
        run(Call.RENEW_CERTIFICATE, () -> {
            RegistryAnswer answer = client().call(RegistryApi.RENEW_CERTIFICATE, bits());
            Optional<Bytes> pem = answer.result();
            if (pem.isEmpty()) {
                fail(Call.RENEW_CERTIFICATE, answer);
            } else {
                renewed(
                        Call.RENEW_CERTIFICATE,
                        keyring.replaceCertificate(pem.get().toLatin1(), loop.now()));
            }
        });
    }

    @Override
    public void renewAuthority() {
        run(Call.RENEW_AUTHORITY, () -> {
            RegistryAnswer answer = client().call(RegistryApi.GET_CA);
            Optional<Bytes> pem = answer.result();
            if (pem.isEmpty()) {
                fail(Call.RENEW_AUTHORITY, answer);
            } else {
                renewed(Call.RENEW_AUTHORITY, keyring.replaceAuthority(pem.get().toLatin1(), loop.now()));
            }
        });
    }

    private void renewed(Call call, Optional<String> problem) {
        loop.post(() -> {
            if (problem.isPresent()) {
                events.onRegistryFailed(call, problem.get());
            } else {
                events.onRenewed(keyring.identity());
            }
        });
    }

    private String bits() {
        return keyring.own().prefix().bits();
    }

    private RegistryClient client() {
        Object current = keyring.own();
        if (client == null || clientOf != current) {
            client = nobody.as(keyring.authority(), keyring.own(), protocol);
            clientOf = current;
        }
        return client;
    }

    private void fail(Call call, RegistryAnswer answer) {
        String reason = answer.problem().isEmpty() ? "the registry's answer can't be read" : answer.problem();
        loop.post(() -> events.onRegistryFailed(call, reason));
    }

    private void run(Call call, Runnable work) {
        submit(reason -> loop.post(() -> events.onRegistryFailed(call, reason)), work);
    }

    private void submit(Consumer<String> failed, Runnable work) {
        try {
            worker.execute(() -> attempt(failed, work));
        } catch (RejectedExecutionException e) {
            failed.accept("too many calls are waiting");
        }
    }

    /** Does {@code work}; whatever happens there, who waits for its end is told of it. */
    static void attempt(Consumer<String> failed, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            LOG.warn("a call of the registry failed unexpectedly", e);
            failed.accept(e.toString());
        }
    }

    /** Calls that are under way end without effect. */
    @Override
    public void close() {
        worker.shutdownNow();
    }
}
