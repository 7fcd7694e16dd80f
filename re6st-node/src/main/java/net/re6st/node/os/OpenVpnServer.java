package net.re6st.node.os;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.re6st.core.Inheritance;
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

    /** OpenVPN counts one or two keys for each of a client's questions. */
    private static final int UNHEARD_KEYS = 3;

    private static final Pattern ADDRESS = Pattern.compile("(?:\\[([0-9a-fA-F:]+)]|([0-9.]+|[0-9a-fA-F:]+)):\\d+");

    private final Iface iface;
    private final TunnelEvents events;
    private final Consumer<String> send;
    private final Supplier<Moment> clock;
    private final Consumer<List<RunState.Client>> record;
    private final Function<Map<String, String>, Optional<String>> refusal;
    private final Map<Long, Visitor> visitors = new TreeMap<>();

    /** Those in the answer to {@code status 3}, while it comes. */
    private final Map<Long, String> listed = new TreeMap<>();

    private boolean connectedBefore;

    /** One connection. */
    private static final class Visitor {
        final Prefix peer;
        final BigInteger serial;
        final String ip;

        /** OpenVPN's number of its last key. */
        long key;

        boolean accepted;

        /** Whether an answer to a question about its keys is due; without one it came in while no daemon was there. */
        boolean asking;

        /** Whether it is known already, so that the answer concerns new keys only. */
        boolean again;

        /** Whether it was refused while there was no connection to tell that. */
        boolean unwanted;

        @Nullable
        Moment connectedAt;

        Visitor(Prefix peer, BigInteger serial, String ip) {
            this.peer = peer;
            this.serial = serial;
            this.ip = ip;
        }
    }

    /**
     * The server of an interface.
     *
     * @param record is told of the clients whenever they change, so that another daemon finds them
     * @param refusal why a client with this environment must not come in, whoever it is
     */
    OpenVpnServer(
            Iface iface,
            TunnelEvents events,
            Consumer<String> send,
            Supplier<Moment> clock,
            Consumer<List<RunState.Client>> record,
            Function<Map<String, String>, Optional<String>> refusal) {
        this.record = record;
        this.refusal = refusal;
        this.clock = clock;
        this.iface = iface;
        this.events = events;
        this.send = send;
    }

    /** Clients that an earlier daemon let in; returns those that make sense. */
    List<Inheritance.Client> inherit(List<RunState.Client> clients) {
        List<Inheritance.Client> found = new ArrayList<>();
        for (RunState.Client client : clients) {
            Optional<Prefix> peer = Prefix.parseCn(client.cn());
            if (peer.isPresent() && visitors.size() < MAX_CLIENTS) {
                Visitor visitor = new Visitor(peer.get(), client.serial(), client.ip());
                visitor.key = client.key();
                visitor.connectedAt = clock.get();
                visitors.put(client.number(), visitor);
                ClientId id = new ClientId(iface, client.number());
                found.add(new Inheritance.Client(id, peer.get(), client.serial(), client.ip()));
            }
        }
        connectedBefore = true;
        return found;
    }

    /** The socket is connected. If it was before, by us or an earlier daemon, clients may have come and gone in between. */
    void connected() {
        send.accept("state on\nhold off" + (connectedBefore ? "\nstatus 3" : ""));
        connectedBefore = true;
        listed.clear();
    }

    void on(ManagementEvent event) {
        if (event instanceof ManagementEvent.Hold) {
            send.accept("hold release");
        } else if (event instanceof Client client) {
            on(client);
        } else if (event instanceof ManagementEvent.Listed one) {
            listed.put(one.client(), one.address());
        } else if (event instanceof ManagementEvent.ListEnd) {
            compare();
        } else if (event instanceof ManagementEvent.Fatal fatal) {
            LOG.error("{}: {}", iface, fatal.reason());
        } else if (event instanceof ManagementEvent.Reply reply && !reply.success()) {
            // Usual for an answer to a question that may not have been asked.
            LOG.debug("{}: {}", iface, reply.text());
        }
    }

    /** OpenVPN told which clients there are: some may have asked for an answer while nobody heard them, some may be gone. */
    private void compare() {
        listed.forEach((number, address) -> {
            Visitor visitor = visitors.get(number);
            if (visitor == null) {
                // Who it is comes with ESTABLISHED, and is judged then. The first key of a connection is 0 or 1.
                answerUnheard(number, 0, Optional.of(address));
            } else if (visitor.unwanted) {
                send.accept("client-kill " + number);
            } else if (!visitor.asking) {
                answerUnheard(number, visitor.key + 1, Optional.empty());
            }
        });
        for (long number : List.copyOf(visitors.keySet())) {
            if (!listed.containsKey(number)) {
                leave(number);
            }
        }
        listed.clear();
    }

    /**
     * Answers the questions of a client that came while no daemon was there, of which only the numbers of the keys are not
     * known. Those that nobody asked are an error to OpenVPN, and that is all. Unanswered, the client would give up, and one
     * that renewed its keys would be cut off when they end.
     */
    private void answerUnheard(long number, long firstKey, Optional<String> address) {
        for (long key = firstKey; key < firstKey + UNHEARD_KEYS; key++) {
            String command = " " + number + " " + key;
            send.accept(
                    address.isEmpty()
                            ? "client-auth-nt" + command
                            : "client-auth" + command + "\n" + push(ip(address.get())) + "END");
        }
    }

    private static String push(@Nullable String ip) {
        return ip == null ? "" : "push \"setenv-safe external_ip " + ip + "\"\n";
    }

    /** The address in OpenVPN's {@code ADDRESS:PORT}; null if it is not understood. */
    static @Nullable String ip(String address) {
        Matcher matcher = ADDRESS.matcher(address);
        return matcher.matches() ? (matcher.group(1) == null ? matcher.group(2) : matcher.group(1)) : null;
    }

    private void changed() {
        List<RunState.Client> clients = new ArrayList<>();
        visitors.forEach((number, visitor) -> {
            if (visitor.accepted) {
                clients.add(new RunState.Client(number, visitor.key, visitor.peer.cn(), visitor.serial, visitor.ip));
            }
        });
        record.accept(clients);
    }

    void accept(long number) {
        Visitor visitor = visitors.get(number);
        if (visitor == null) {
            return;
        }
        visitor.accepted = true;
        changed();
        if (visitor.asking) {
            visitor.asking = false;
            String command = " " + number + " " + visitor.key;
            send.accept(
                    visitor.again
                            ? "client-auth-nt" + command
                            : "client-auth" + command + "\n" + push(visitor.ip) + "END");
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
            visitor.unwanted = true;
            send.accept("client-kill " + number);
        }
    }

    void disconnect(long number) {
        Visitor visitor = visitors.get(number);
        if (visitor != null) {
            visitor.unwanted = true;
            send.accept("client-kill " + number);
        }
    }

    void disconnectAll() {
        visitors.keySet().forEach(number -> send.accept("client-kill " + number));
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
                Optional<String> refused =
                        visitors.containsKey(number) ? Optional.empty() : refusal.apply(event.environment());
                if (refused.isPresent()) {
                    LOG.info(
                            "{}: client {} refused: {}",
                            iface,
                            event.environment().get("common_name"),
                            refused.get());
                    deny(number, event.key(), refused.get());
                    return;
                }
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
            case DISCONNECT -> leave(number);
        }
    }

    private void leave(long number) {
        Visitor gone = visitors.remove(number);
        if (gone != null && gone.accepted) {
            changed();
            events.onClientGone(new ClientId(iface, number));
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
