package net.re6st.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.re6st.core.NodeSettings.Family;
import net.re6st.core.Timers.Timer;
import net.re6st.core.port.Ticket;
import net.re6st.net.Ip4;
import net.re6st.net.Ip6;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.net.TunnelAddress;
import net.re6st.wire.AddressList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The addresses and countries that we advertise: given by the operator, mapped by the router, or learnt from peers. */
final class OwnAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(OwnAddresses.class);

    /** One address family. */
    private static final class Side {
        private final Family family;
        private AddressList entries;
        private AddressList seen = AddressList.EMPTY;
        private AddressList mapped = AddressList.EMPTY;
        private @Nullable String seenIp;
        private @Nullable String country;

        Side(Family family) {
            this.family = family;
            this.entries = family.given();
        }
    }

    private final NodeContext context;
    private final Side ipv4;
    private final Side ipv6;
    private final Map<String, String> storedCountries = new HashMap<>();
    private final Deque<Question> questions = new ArrayDeque<>();
    private @Nullable Ticket asked;
    private String stored = "";

    /** A host whose country would be that of a side. */
    private record Question(Side side, String host) {}

    OwnAddresses(NodeContext context) {
        this.context = context;
        this.ipv4 = new Side(context.settings.advertised().ipv4());
        this.ipv6 = new Side(context.settings.advertised().ipv6());
    }

    /** Begins, knowing what was advertised before: its countries are believed as long as the addresses are the same. */
    void start(String storedText, Moment now) {
        stored = storedText;
        for (TunnelAddress address : AddressList.parse(storedText).addresses()) {
            address.country()
                    .ifPresent(c -> storedCountries.put(address.withoutCountry().toString(), c));
        }
        findCountries(now);
        store();
    }

    /** What we advertise. */
    AddressList list() {
        return AddressList.parse(String.join(
                ";", Stream.concat(texts(ipv4).stream(), texts(ipv6).stream()).toList()));
    }

    /** The part of one address family. */
    AddressList list(boolean ofIpv6) {
        return AddressList.parse(String.join(";", texts(side(ofIpv6))));
    }

    /** Where we are, for one address family; empty where that does not matter or is not known. */
    Optional<String> country(boolean ofIpv6) {
        return context.sameCountry().isEmpty() ? Optional.empty() : Optional.ofNullable(side(ofIpv6).country);
    }

    private Side side(boolean ofIpv6) {
        return ofIpv6 ? ipv6 : ipv4;
    }

    /** The entries as they are announced; those that nobody could reach are left out. */
    private List<String> texts(Side side) {
        List<String> texts = new ArrayList<>();
        Optional<String> country = country(side == ipv6);
        for (String entry : side.entries.text().split(";", -1)) {
            TunnelAddress address = TunnelAddress.parse(entry).orElse(null);
            if (address == null || !AddressRules.isReachable(address.host(), context.settings)) {
                continue;
            }
            boolean add = country.isPresent()
                    && address.country().isEmpty()
                    && address.transport().isPresent();
            texts.add(add ? address.withCountry(country.get()).toString() : entry);
        }
        return texts;
    }

    /** A peer sees us at {@code ip}; returns whether it was another before. */
    boolean observed(String ip, Moment now) {
        boolean isIpv6 = Ip6.parse(ip).isPresent();
        Side side = side(isIpv6);
        boolean noIp = !isIpv6 && Ip4.parse(ip).isEmpty();
        boolean unusable = noIp || !AddressRules.isReachable(ip, context.settings);
        if (unusable || !side.family.learn() || !side.family.given().isEmpty()) {
            return false;
        }
        boolean changed = side.seenIp != null && !side.seenIp.equals(ip);
        if (!ip.equals(side.seenIp)) {
            LOG.info("peers see us at {}", ip);
            side.seenIp = ip;
            side.seen = AddressList.of(side.family.ports().stream()
                    .map(port -> TunnelAddress.of(ip, port.number(), port.transport()))
                    .toList());
            choose(side, now);
        }
        return changed;
    }

    /** What the router lets in; empty: nothing. */
    void mapped(AddressList addresses, Moment now) {
        if (!addresses.equals(ipv4.mapped)) {
            LOG.info("the router lets in {}", addresses.isEmpty() ? "nothing any more" : addresses.text());
            ipv4.mapped = addresses;
            choose(ipv4, now);
        }
    }

    private void choose(Side side, Moment now) {
        boolean letsIn = side.mapped.addresses().stream()
                .anyMatch(address -> AddressRules.isReachable(address.host(), context.settings));
        AddressList best = letsIn ? side.mapped : side.seen;
        if (!best.equals(side.entries)) {
            side.entries = best;
            side.country = null;
            findCountries(now);
            store();
        }
    }

    /** The IPv4 address that peers see us at. */
    Optional<String> seenIp4() {
        return Optional.ofNullable(ipv4.seenIp);
    }

    private void store() {
        String text = list().text();
        if (!text.equals(stored)) {
            stored = text;
            context.ports.store().putPeer(Prefix.EMPTY, text);
        }
    }

    // Countries

    /** Looks for countries that are not known yet; call it again when the parameters changed. */
    void findCountries(Moment now) {
        questions.clear();
        if (context.sameCountry().isEmpty()) {
            return;
        }
        Stream.of(ipv4, ipv6).filter(side -> side.country == null).forEach(this::findCountry);
        if (asked == null) {
            askNext(now);
        }
    }

    private void findCountry(Side side) {
        if (context.settings.country() != null) {
            // Also before we have an address: whoever waits for a peer to tell it has to choose that peer first.
            side.country = context.settings.country();
            return;
        }
        List<TunnelAddress> addresses = side.entries.addresses().stream()
                .filter(a -> AddressRules.isReachable(a.host(), context.settings))
                .toList();
        if (addresses.isEmpty()) {
            return;
        }
        for (TunnelAddress address : addresses) {
            Optional<String> known = Optional.ofNullable(
                            storedCountries.get(address.withoutCountry().toString()))
                    .or(() -> context.settings.countryOf().apply(address.host()));
            if (known.isPresent()) {
                side.country = known.get();
                return;
            }
        }
        addresses.forEach(address -> questions.add(new Question(side, address.host())));
    }

    private void askNext(Moment now) {
        asked = null;
        Question next = questions.peek();
        if (next == null) {
            boolean missing = Stream.of(ipv4, ipv6).anyMatch(s -> s.country == null && !s.entries.isEmpty());
            if (missing) {
                context.timers.set(Timer.COUNTRY, now, Timers.COUNTRY_RETRY);
            }
            return;
        }
        asked = context.nextTicket();
        if (AddressRules.isIp(next.host())) {
            context.ports.registry().country(asked, next.host());
        } else {
            context.ports.resolver().resolve(asked, next.host(), next.side() == ipv6);
        }
    }

    void onResolved(Ticket ticket, List<String> ips, Moment now) {
        if (!ticket.equals(asked)) {
            return;
        }
        Optional<String> ip = ips.stream()
                .filter(AddressRules::isIp)
                .filter(i -> AddressRules.isReachable(i, context.settings))
                .findFirst();
        if (ip.isPresent()) {
            asked = context.nextTicket();
            context.ports.registry().country(asked, ip.get());
        } else {
            questions.poll();
            askNext(now);
        }
    }

    void onCountry(Ticket ticket, @Nullable String country, Moment now) {
        if (!ticket.equals(asked)) {
            return;
        }
        Question question = questions.poll();
        if (question != null && country != null && !country.isEmpty()) {
            question.side().country = country;
            questions.removeIf(q -> q.side() == question.side());
            store();
        }
        askNext(now);
    }
}
