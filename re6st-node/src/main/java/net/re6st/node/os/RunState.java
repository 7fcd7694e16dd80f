package net.re6st.node.os;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.re6st.config.Json;
import net.re6st.config.Value;
import net.re6st.core.port.Avoided;
import net.re6st.net.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * The text of RUN/state.json: what a daemon started and changed on its host, so that the next one finds it. Pure; anything
 * that is not such a text tells of nothing.
 *
 * @param owner who the node is and in which network; null if that is not told: then nothing can be taken over
 * @param forwarding whether IPv6 forwarding was off before us
 * @param undo the commands that undo what was changed, in the order of the changes
 * @param avoided peers that are not dialled for a while
 */
record RunState(
        @Nullable String owner,
        boolean forwarding,
        List<List<String>> undo,
        List<Child> children,
        List<Avoided> avoided) {
    static final RunState NOTHING = new RunState(null, false, List.of(), List.of(), List.of());

    /** The first layout told of children only. */
    private static final int FIRST_VERSION = 1;

    private static final int VERSION = 2;
    private static final int MAX_CHILDREN = 1_000;
    private static final int MAX_CLIENTS = 10_000;
    private static final int MAX_UNDO = 1_000;
    private static final int MAX_AVOIDED = 1_000;
    private static final int MAX_TEXT = 4_000_000;

    RunState {
        undo = List.copyOf(undo);
        children = List.copyOf(children);
        avoided = List.copyOf(avoided);
    }

    /**
     * One child.
     *
     * @param startTicks when the kernel started it: with the pid, names one process for ever
     * @param iface its tunnel's interface, or null
     * @param peer the CN a client tunnel leads to, or null
     * @param up the tunnel's other end, of a client that is connected; else null
     * @param clients who is connected, of a server
     * @param now the words that would start it as it is since it took up other options while it ran; null: as it started
     * @param certificates which of ours there were when it started, as {@link Keyring#text} writes it; null if not told
     */
    record Child(
            long pid,
            long startTicks,
            List<String> words,
            @Nullable String iface,
            @Nullable String peer,
            @Nullable Up up,
            List<Client> clients,
            @Nullable List<String> now,
            @Nullable String certificates) {
        Child {
            words = List.copyOf(words);
            clients = List.copyOf(clients);
            now = now == null ? null : List.copyOf(now);
        }

        Child(long pid, long startTicks, List<String> words, @Nullable String iface, @Nullable String peer) {
            this(pid, startTicks, words, iface, peer, null, List.of(), null, null);
        }

        Child with(Up other) {
            return new Child(pid, startTicks, words, iface, peer, other, clients, now, certificates);
        }

        Child with(List<Client> others) {
            return new Child(pid, startTicks, words, iface, peer, up, others, now, certificates);
        }

        Child asIf(List<String> startedWith) {
            return new Child(pid, startTicks, words, iface, peer, up, clients, startedWith, certificates);
        }

        Child underCertificates(String ours) {
            return new Child(pid, startTicks, words, iface, peer, up, clients, now, ours);
        }

        /** The words that would start it as it is. */
        List<String> current() {
            return now == null ? words : now;
        }
    }

    /**
     * The other end of a tunnel that we dialled.
     *
     * @param cn whose certificate it is
     * @param serial of that certificate
     * @param seen our address as that end sees it, or null
     */
    record Up(String cn, BigInteger serial, @Nullable String seen) {}

    /**
     * A client of a server.
     *
     * @param number OpenVPN's
     * @param key the number of its last key
     */
    record Client(long number, long key, String cn, BigInteger serial, String ip) {}

    String text() {
        Map<String, Value> state = new LinkedHashMap<>();
        state.put("version", Value.of(VERSION));
        if (owner != null) {
            state.put("owner", Value.of(owner));
        }
        state.put("forwarding", Value.of(forwarding ? 1 : 0));
        state.put("undo", Value.of(undo.stream().map(RunState::words).toList()));
        state.put("children", Value.of(children.stream().map(RunState::child).toList()));
        if (!avoided.isEmpty()) {
            state.put(
                    "avoided", Value.of(avoided.stream().map(RunState::avoided).toList()));
        }
        return Json.write(new Value.Members(state)) + "\n";
    }

    private static Value avoided(Avoided peer) {
        Map<String, Value> members = new LinkedHashMap<>();
        members.put("peer", Value.of(peer.peer().cn()));
        members.put("sinceMicros", Value.of(peer.sinceWallMicros()));
        members.put("pauseSeconds", Value.of(peer.pause().toSeconds()));
        return new Value.Members(members);
    }

    private static Value child(Child child) {
        Map<String, Value> members = new LinkedHashMap<>();
        members.put("pid", Value.of(child.pid));
        members.put("start", Value.of(child.startTicks));
        members.put("args", words(child.words));
        if (child.iface != null) {
            members.put("iface", Value.of(child.iface));
        }
        if (child.peer != null) {
            members.put("peer", Value.of(child.peer));
        }
        if (child.up != null) {
            Map<String, Value> up = new LinkedHashMap<>();
            up.put("cn", Value.of(child.up.cn));
            up.put("serial", Value.of(child.up.serial.toString()));
            if (child.up.seen != null) {
                up.put("seen", Value.of(child.up.seen));
            }
            members.put("up", new Value.Members(up));
        }
        if (child.now != null) {
            members.put("now", words(child.now));
        }
        if (child.certificates != null) {
            members.put("certificates", Value.of(child.certificates));
        }
        if (!child.clients.isEmpty()) {
            members.put(
                    "clients",
                    Value.of(child.clients.stream().map(RunState::client).toList()));
        }
        return new Value.Members(members);
    }

    private static Value client(Client client) {
        Map<String, Value> members = new LinkedHashMap<>();
        members.put("number", Value.of(client.number));
        members.put("key", Value.of(client.key));
        members.put("cn", Value.of(client.cn));
        members.put("serial", Value.of(client.serial.toString()));
        members.put("ip", Value.of(client.ip));
        return new Value.Members(members);
    }

    private static Value words(List<String> words) {
        return Value.of(words.stream().map(Value::of).toList());
    }

    static RunState read(String text) {
        Optional<Value> parsed = text.length() <= MAX_TEXT ? Json.parse(text) : Optional.empty();
        if (!(parsed.orElse(null) instanceof Value.Members state)) {
            return NOTHING;
        }
        Map<String, Value> members = state.members();
        long version = number(members.get("version"));
        if (version != FIRST_VERSION && version != VERSION) {
            return NOTHING;
        }
        List<Child> children = new ArrayList<>();
        for (Value item : items(members.get("children"))) {
            if (children.size() < MAX_CHILDREN) {
                child(item).ifPresent(children::add);
            }
        }
        List<List<String>> undo = new ArrayList<>();
        for (Value item : items(members.get("undo"))) {
            List<String> words = words(item);
            // Whoever wrote it: nothing else undoes what we do.
            boolean known = (!words.isEmpty() && words.get(0).equals("ip")) || RouterAdvertisements.isUndoing(words);
            if (undo.size() < MAX_UNDO && known) {
                undo.add(words);
            }
        }
        List<Avoided> avoided = new ArrayList<>();
        for (Value item : items(members.get("avoided"))) {
            if (avoided.size() < MAX_AVOIDED) {
                avoided(item).ifPresent(avoided::add);
            }
        }
        String owner = version == VERSION ? text(members.get("owner")) : null;
        return new RunState(owner, number(members.get("forwarding")) == 1, undo, children, avoided);
    }

    private static Optional<Avoided> avoided(Value item) {
        Map<String, Value> members = item instanceof Value.Members object ? object.members() : Map.of();
        String cn = text(members.get("peer"));
        long since = number(members.get("sinceMicros"));
        long pause = number(members.get("pauseSeconds"));
        return since < 0 || pause < 0 || pause > Integer.MAX_VALUE || cn == null
                ? Optional.empty()
                : Prefix.parseCn(cn).map(peer -> new Avoided(peer, since, Duration.ofSeconds(pause)));
    }

    private static Optional<Child> child(Value item) {
        if (!(item instanceof Value.Members object)) {
            return Optional.empty();
        }
        Map<String, Value> members = object.members();
        List<String> words = words(members.get("args"));
        long pid = number(members.get("pid"));
        long start = number(members.get("start"));
        // Never 1, and nothing that kill(2) takes for a group.
        if (pid <= 1 || start < 0 || words.isEmpty()) {
            return Optional.empty();
        }
        List<String> now = words(members.get("now"));
        List<Client> clients = new ArrayList<>();
        for (Value client : items(members.get("clients"))) {
            if (clients.size() < MAX_CLIENTS) {
                client(client).ifPresent(clients::add);
            }
        }
        return Optional.of(new Child(
                pid,
                start,
                words,
                text(members.get("iface")),
                text(members.get("peer")),
                up(members.get("up")),
                clients,
                now.isEmpty() ? null : now,
                text(members.get("certificates"))));
    }

    private static @Nullable Up up(@Nullable Value value) {
        if (!(value instanceof Value.Members object)) {
            return null;
        }
        String cn = text(object.members().get("cn"));
        Optional<BigInteger> serial = serial(object.members().get("serial"));
        return cn == null || serial.isEmpty()
                ? null
                : new Up(cn, serial.get(), text(object.members().get("seen")));
    }

    private static Optional<Client> client(Value value) {
        if (!(value instanceof Value.Members object)) {
            return Optional.empty();
        }
        Map<String, Value> members = object.members();
        long number = number(members.get("number"));
        long key = number(members.get("key"));
        String cn = text(members.get("cn"));
        String ip = text(members.get("ip"));
        Optional<BigInteger> serial = serial(members.get("serial"));
        return number < 0 || key < 0 || cn == null || ip == null || serial.isEmpty()
                ? Optional.empty()
                : Optional.of(new Client(number, key, cn, serial.get(), ip));
    }

    private static Optional<BigInteger> serial(@Nullable Value value) {
        String digits = text(value);
        return digits != null && digits.matches("\\d{1,60}") ? Optional.of(new BigInteger(digits)) : Optional.empty();
    }

    private static List<Value> items(@Nullable Value value) {
        return value instanceof Value.Items items ? items.items() : List.of();
    }

    /** Texts; none at all if there is anything else. */
    private static List<String> words(@Nullable Value value) {
        List<String> words = new ArrayList<>();
        for (Value word : items(value)) {
            String text = text(word);
            if (text == null) {
                return List.of();
            }
            words.add(text);
        }
        return words;
    }

    private static @Nullable String text(@Nullable Value value) {
        return value instanceof Value.Text text ? text.text() : null;
    }

    /** A whole number that is not negative, or -1. */
    private static long number(@Nullable Value value) {
        return value instanceof Value.Whole whole
                        && whole.number().signum() >= 0
                        && whole.number().bitLength() < Long.SIZE
                ? whole.number().longValue()
                : -1;
    }
}
