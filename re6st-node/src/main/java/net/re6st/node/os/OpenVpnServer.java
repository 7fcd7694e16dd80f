package net.re6st.node.os;

import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import net.re6st.core.port.ClientId;
import net.re6st.net.Iface;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.node.os.ManagementEvent.Client;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients of one server process: which of them wait for an answer, which were let in. Turns what its management socket
 * says into events, and decisions into commands. Loop's thread only.
 */
final class OpenVpnServer {
    private static final Logger LOG = LoggerFactory.getLogger(OpenVpnServer.class);
    private static final int MAX_CLIENTS = 10_000;

    private final Iface iface;
    private final TunnelEvents events;
    private final Consumer<String> send;
    private final Supplier<Moment> clock;
    private final Map<Long, Visitor> visitors = new TreeMap<>();
    private boolean connectedBefore;

    /** One connection. */
    private static final class Visitor {
        final Prefix peer;
        final BigInteger serial;
        final String ip;
        long key;
        boolean accepted;

        /** Whether an answer to a question about its keys is due; without one it came in while no daemon was there. */
        boolean asking;

        /** Whether it is known already, so that the answer concerns new keys only. */
        boolean again;

        @Nullable
        Moment connectedAt;

        Visitor(Prefix peer, BigInteger serial, String ip) {
            this.peer = peer;
            this.serial = serial;
            this.ip = ip;
        }
    }

    OpenVpnServer(Iface iface, TunnelEvents events, Consumer<String> send, Supplier<Moment> clock) {
        this.clock = clock;
        this.iface = iface;
        this.events = events;
        this.send = send;
    }

    /** The socket is connected. If it was before, clients may have come in between. */
    void connected() {
        send.accept("state on\nhold off" + (connectedBefore ? "\nstatus 3" : ""));
        connectedBefore = true;
    }

    void on(ManagementEvent event) {
        if (event instanceof ManagementEvent.Hold) {
            send.accept("hold release");
        } else if (event instanceof Client client) {
            on(client);
        } else if (event instanceof ManagementEvent.Listed listed
                && listed.commonName().equals("UNDEF")) {
            // It waits for an answer that nobody gave; who it is comes with ESTABLISHED, and is judged then.
            send.accept("client-auth " + listed.client() + " 0\nEND");
        } else if (event instanceof ManagementEvent.Fatal fatal) {
            LOG.error("{}: {}", iface, fatal.reason());
        } else if (event instanceof ManagementEvent.Reply reply && !reply.success()) {
            LOG.warn("{}: {}", iface, reply.text());
        }
    }

    void accept(long number) {
        Visitor visitor = visitors.get(number);
        if (visitor == null) {
            return;
        }
        visitor.accepted = true;
        if (visitor.asking) {
            visitor.asking = false;
            String command = " " + number + " " + visitor.key;
            send.accept(
                    visitor.again
                            ? "client-auth-nt" + command
                            : "client-auth" + command + "\npush \"setenv-safe external_ip " + visitor.ip + "\"\nEND");
        }
    }

    void refuse(long number, String reason) {
        Visitor visitor = visitors.get(number);
        if (visitor == null) {
            return;
        }
        if (visitor.asking) {
            deny(number, visitor.key, reason);
            if (!visitor.again) {
                visitors.remove(number);
            }
        } else {
            send.accept("client-kill " + number);
        }
    }

    void disconnect(long number) {
        if (visitors.containsKey(number)) {
            send.accept("client-kill " + number);
        }
    }

    /** When each client's tunnel came up, by its number. */
    Map<Long, Moment> connectedSince() {
        Map<Long, Moment> since = new TreeMap<>();
        visitors.forEach((number, visitor) -> {
            if (visitor.connectedAt != null) {
                since.put(number, visitor.connectedAt);
            }
        });
        return since;
    }

    private void on(Client event) {
        long number = event.client();
        ClientId id = new ClientId(iface, number);
        switch (event.kind()) {
            case CONNECT, REAUTH -> {
                Visitor visitor = visitors.computeIfAbsent(number, n -> visitor(event.environment()));
                if (visitor == null || visitors.size() > MAX_CLIENTS) {
                    LOG.info("{}: client {} refused: its certificate names no node", iface, number);
                    visitors.remove(number);
                    deny(number, event.key(), "not valid");
                    return;
                }
                visitor.again = visitor.accepted;
                visitor.key = event.key();
                visitor.asking = true;
                events.onClientConnecting(id, visitor.peer, visitor.serial, visitor.ip);
            }
            case ESTABLISHED -> {
                Visitor visitor = visitors.get(number);
                if (visitor == null) {
                    visitor = visitor(event.environment());
                    if (visitor == null) {
                        send.accept("client-kill " + number);
                        return;
                    }
                    visitors.put(number, visitor);
                    events.onClientConnecting(id, visitor.peer, visitor.serial, visitor.ip);
                }
                if (visitor.accepted) {
                    visitor.connectedAt = visitor.connectedAt == null ? clock.get() : visitor.connectedAt;
                    events.onClientConnected(id, visitor.peer, visitor.serial, visitor.ip);
                }
            }
            case DISCONNECT -> {
                Visitor gone = visitors.remove(number);
                if (gone != null && gone.accepted) {
                    events.onClientGone(id);
                }
            }
        }
    }

    private void deny(long number, long key, String reason) {
        send.accept("client-deny " + number + " " + key + " \"" + reason.replaceAll("[^ -~]|[\"\\\\]", "?") + "\"");
    }

    private static @Nullable Visitor visitor(Map<String, String> environment) {
        Optional<Prefix> peer = Prefix.parseCn(environment.getOrDefault("common_name", ""));
        Optional<BigInteger> serial = serial(environment);
        String ip = firstOf(environment, "trusted_ip", "trusted_ip6", "untrusted_ip", "untrusted_ip6");
        return peer.isPresent() && serial.isPresent() && ip != null ? new Visitor(peer.get(), serial.get(), ip) : null;
    }

    /** The serial of the other side's certificate. */
    static Optional<BigInteger> serial(Map<String, String> environment) {
        String digits = environment.getOrDefault("tls_serial_0", "");
        return digits.matches("\\d{1,60}") ? Optional.of(new BigInteger(digits)) : Optional.empty();
    }

    private static @Nullable String firstOf(Map<String, String> environment, String... names) {
        for (String name : names) {
            String value = environment.get(name);
            if (value != null && value.matches("[0-9a-fA-F.:]{2,45}")) {
                return value;
            }
        }
        return null;
    }
}
