package net.re6st.registry.core;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import net.re6st.net.Ip4;
import net.re6st.net.Ip6;

/**
 * Decides who is asking: whether private methods and pages are allowed, and which address counts as the client's. Any thread.
 */
public final class Origins {
    /*
     * An authorized address is not enough, since a browser there runs what any site sends it:
     *
     *  - A page of another site may make it send any GET request: refused by Origin, Referer or Sec-Fetch-Site.
     *  - A name of the attacker's may lead to our address (DNS rebinding), and then his page is of our site to the browser:
     *    refused by Host, which he can't change. An address in it is always ours; names are those we were told.
     *  - Without TLS, browsers send Sec-Fetch-Site to the loopback address only, and a page can do without the other two:
     *    a browser that doesn't say where the request comes from is refused.
     */
    private static final Set<String> LOCAL_NAMES = Set.of("localhost", "ip6-localhost", "ip6-loopback");
    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

    private final Set<String> authorized;
    private final Set<String> proxies;
    private final Set<String> names;

    /**
     * Makes the decider.
     *
     * @param authorized addresses, in the form of {@link #canonical}, that may call private methods
     * @param proxies addresses of proxies, which may not, unless for somebody who may
     * @param names by which this registry is known, in lower case
     */
    public Origins(Set<String> authorized, Set<String> proxies, Set<String> names) {
        this.authorized = Set.copyOf(authorized);
        this.proxies = Set.copyOf(proxies);
        this.names = Set.copyOf(names);
    }

    /** The one form of an address that is compared; empty if the text is none. */
    public static Optional<String> canonical(String address) {
        String text = address.strip();
        return Ip4.parse(text).map(Ip4::toString).or(() -> Ip6.parse(text).map(Ip6::toString));
    }

    /** The one form of a host's name that is compared; empty if the text is none, or has a port. */
    public static Optional<String> hostName(String text) {
        return HostPort.parse(text).filter(host -> host.port() < 0).map(HostPort::name);
    }

    private boolean isAuthorized(String address) {
        return canonical(address).filter(authorized::contains).isPresent();
    }

    private boolean isProxy(String address) {
        return canonical(address).filter(proxies::contains).isPresent();
    }

    private static String forwarded(Caller caller) {
        return String.join(",", caller.forwardedFor()).strip();
    }

    /**
     * Whether a request comes from an authorized address and was made for this registry. A proxy says in {@code
     * X-Forwarded-For} for whom it asks: both must be authorized, and a chain of several is never.
     */
    public boolean isPrivate(Caller caller) {
        return isFromPrivateAddress(caller) && isForUs(caller);
    }

    private boolean isFromPrivateAddress(Caller caller) {
        String forwarded = forwarded(caller);
        if (isProxy(caller.peer())) {
            return isAuthorized(forwarded);
        }
        return isAuthorized(caller.peer()) && (forwarded.isEmpty() || isAuthorized(forwarded));
    }

    private boolean isForUs(Caller caller) {
        return caller.hosts().stream()
                .map(HostPort::parse)
                .allMatch(host -> host.isPresent()
                        && (host.get().isAddress()
                                || LOCAL_NAMES.contains(host.get().name())
                                || names.contains(host.get().name())));
    }

    /** Whether a page of another site made the request, or may have made it. */
    public boolean isForeign(Caller caller) {
        if (!OWN_SITES.containsAll(caller.fetchSites())) {
            return true;
        }
        List<HostPort> hosts = caller.hosts().stream()
                .map(HostPort::parse)
                .flatMap(Optional::stream)
                .toList();
        return !caller.sources().stream().allMatch(source -> isOneOf(hosts, source));
    }

    private static boolean isOneOf(List<HostPort> hosts, String source) {
        String url = source.toLowerCase(Locale.ROOT);
        boolean https = url.startsWith("https://");
        if (!https && !url.startsWith("http://")) {
            return false;
        }
        String rest = url.substring(url.indexOf("//") + 2);
        int end = rest.indexOf('/');
        Optional<HostPort> page = HostPort.parse(end < 0 ? rest : rest.substring(0, end));
        int port = https ? 443 : 80;
        // Behind a proxy that does TLS, the port that Host leaves out is the page's, not that of our connection.
        return page.isPresent()
                && hosts.stream()
                        .anyMatch(host -> host.orPort(port).equals(page.get().orPort(port)));
    }

    /** Why a request may not call private methods; empty if it may. */
    public Optional<String> refusal(Caller caller) {
        if (!isFromPrivateAddress(caller)) {
            return Optional.of("not from there");
        }
        if (!isForUs(caller)) {
            return Optional.of("not by this name: see --host");
        }
        if (isForeign(caller)) {
            return Optional.of("not from a page of another site");
        }
        boolean saysWhere = !caller.fetchSites().isEmpty() || !caller.sources().isEmpty();
        return caller.isBrowser() && !saysWhere
                ? Optional.of(
                        "not from a browser that does not say on which page: use localhost, https or re6st-registry")
                : Optional.empty();
    }

    /** The client's address for geography and the log: what a proxy says first, else the address of the connection. */
    public String client(Caller caller) {
        String forwarded = forwarded(caller);
        if (forwarded.isEmpty() || !isTrusted(caller.peer())) {
            return caller.peer();
        }
        int comma = forwarded.indexOf(',');
        return (comma < 0 ? forwarded : forwarded.substring(0, comma)).strip();
    }

    /** Whom limits count; empty for those who may call private methods, who have none. */
    Optional<Source> source(Caller caller) {
        if (isFromPrivateAddress(caller)) {
            return Optional.empty();
        }
        String counted = caller.peer();
        // From the end: what stands before the entry of the last proxy that we know may be the client's invention.
        String[] forwarded = forwarded(caller).split(",", -1);
        for (int i = forwarded.length - 1; i >= 0 && isTrusted(counted); i--) {
            Optional<String> entry = canonical(forwarded[i]);
            if (entry.isEmpty()) {
                break;
            }
            counted = entry.get();
        }
        return Optional.of(Source.of(counted));
    }

    /** Whom limits of connections count; empty for a proxy, behind which there may be anybody, and for authorized addresses. */
    public Optional<Source> source(String peer) {
        return isTrusted(peer) ? Optional.empty() : Optional.of(Source.of(peer));
    }

    private boolean isTrusted(String address) {
        return isAuthorized(address) || isProxy(address);
    }
}
