package net.re6st.node.os;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.re6st.core.port.PortMapper.Failure;
import net.re6st.core.port.PortMapper.Grant;
import net.re6st.core.port.PortMapper.Router;
import net.re6st.core.port.PortMapping;
import org.jspecify.annotations.Nullable;

/**
 * The words of every {@code upnpc} and {@code natpmpc} command, and what their output means. Pure. What routers say comes
 * through these outputs: whatever does not have exactly the expected form is no mapping.
 */
final class RouterCommand {
    static final String UPNPC = "upnpc";
    static final String NATPMPC = "natpmpc";
    static final String UPNP = "UPnP";
    static final String PCP = "PCP";
    static final String NAT_PMP = "NAT-PMP";

    private static final int MAX_REASON = 200;

    private static final Pattern DESCRIPTION = Pattern.compile("(?m)^ desc: (http://[!-~]{1,200})$");
    private static final Pattern VALID_ROUTER = Pattern.compile("(?m)^Found valid IGD : (http://[!-~]{1,200})$");

    /** The second is said since version 2.2.8, which tells a private address from no connection. */
    private static final Pattern UNCONNECTED_ROUTER =
            Pattern.compile("(?m)^Found (?:a \\(not connected\\?\\) IGD |an IGD with a reserved IP address )");

    private static final Pattern EXTERNAL_IP = Pattern.compile("(?m)^ExternalIPAddress = ([0-9.]{7,15})$");
    private static final Pattern UPNP_MAPPED = Pattern.compile("(?m)^external ([0-9.]{0,15}):(\\d{1,5}) (TCP|UDP)"
            + " is redirected to internal [0-9.]{7,15}:(\\d{1,5}) \\(duration=(\\d{1,9})\\)$");
    private static final Pattern UPNP_REFUSED =
            Pattern.compile("(?m)^AddPortMapping\\([^)]*\\) failed with code (-?\\d{1,5}) \\((.*)\\)$");
    private static final Pattern UPNP_UNCONFIRMED = Pattern.compile("(?m)^GetSpecificPortMappingEntry\\(\\) failed ");

    private static final Pattern GATEWAY = Pattern.compile("(?m)^using gateway : ([0-9.]{7,15})$");
    private static final Pattern PUBLIC_IP = Pattern.compile("(?m)^Public IP address : ([0-9.]{7,15})$");
    private static final Pattern NAT_PMP_MAPPED = Pattern.compile("(?m)^Mapped public port (\\d{1,5})"
            + " protocol (TCP|UDP) to local port (\\d{1,5}) li(?:fe|f)time (\\d{1,9})$");
    private static final Pattern NAT_PMP_FAILED = Pattern.compile("(?m)^[a-z]+\\(\\) failed : (.*)$");

    private static final int CONFLICT = 718;
    private static final int ONLY_PERMANENT_LEASES = 725;
    private static final int CONFLICT_WITH_OTHER_MECHANISMS = 729;

    private RouterCommand() {}

    /**
     * What an attempt came to.
     *
     * @param grant null: it failed
     * @param onlyPermanent the router would, without a lease
     */
    record Answer(@Nullable Grant grant, Failure failure, String reason, boolean onlyPermanent) {
        static Answer granted(Grant grant) {
            return new Answer(grant, Failure.REFUSED, "", false);
        }

        static Answer failed(Failure failure, String reason) {
            return new Answer(null, failure, reason, false);
        }
    }

    /** {@code url} is the description of a router that is known; null: look for one, which takes seconds. */
    static List<String> upnpMap(@Nullable String url, PortMapping mapping) {
        List<String> words = upnp(url);
        words.addAll(List.of("-e", description(mapping), "-a", "@"));
        words.addAll(List.of(Integer.toString(mapping.port()), Integer.toString(mapping.externalPort())));
        words.addAll(List.of(protocol(mapping), Integer.toString(mapping.leaseSeconds())));
        return words;
    }

    static List<String> upnpUnmap(@Nullable String url, PortMapping mapping) {
        List<String> words = upnp(url);
        words.addAll(List.of("-d", Integer.toString(mapping.externalPort()), protocol(mapping)));
        return words;
    }

    private static List<String> upnp(@Nullable String url) {
        List<String> words = new ArrayList<>(List.of(UPNPC));
        if (url != null) {
            words.addAll(List.of("-u", url));
        }
        return words;
    }

    /** As it stands in the router's list. */
    static String description(PortMapping mapping) {
        return "re6stnet (" + mapping.port() + "/" + mapping.transport().text() + ")";
    }

    private static String protocol(PortMapping mapping) {
        return mapping.transport().isTcp() ? "TCP" : "UDP";
    }

    static List<String> natPmpMap(PortMapping mapping) {
        return natPmp(mapping, mapping.externalPort(), mapping.leaseSeconds());
    }

    /** A mapping is removed by asking for none of its port. */
    static List<String> natPmpUnmap(PortMapping mapping) {
        return natPmp(mapping, 0, 0);
    }

    private static List<String> natPmp(PortMapping mapping, int externalPort, int leaseSeconds) {
        return List.of(
                NATPMPC,
                "-a",
                Integer.toString(externalPort),
                Integer.toString(mapping.port()),
                mapping.transport().isTcp() ? "tcp" : "udp",
                Integer.toString(leaseSeconds));
    }

    /** What {@link #upnpMap} with {@code url} printed. */
    static Answer upnpAnswer(String output, @Nullable String url, PortMapping mapping) {
        Matcher valid = VALID_ROUTER.matcher(output);
        if (!valid.find()) {
            return UNCONNECTED_ROUTER.matcher(output).find()
                    ? Answer.failed(
                            Failure.REFUSED, "the router is not connected, or has no public address on the other side")
                    : Answer.failed(Failure.NO_ROUTER, "no router answers to UPnP");
        }
        String location =
                url != null ? url : description(output, valid.group(1)).orElse("");
        Matcher mapped = UPNP_MAPPED.matcher(output);
        if (mapped.find()) {
            boolean same = Integer.parseInt(mapped.group(2)) == mapping.externalPort()
                    && mapped.group(3).equals(protocol(mapping))
                    && Integer.parseInt(mapped.group(4)) == mapping.port();
            return same
                    ? granted(location, mapped.group(1), mapping.externalPort(), Integer.parseInt(mapped.group(5)))
                    : Answer.failed(Failure.REFUSED, "the router gave another mapping than was asked for");
        }
        Matcher refused = UPNP_REFUSED.matcher(output);
        if (refused.find()) {
            int code = Integer.parseInt(refused.group(1));
            String reason = "the router refused port " + mapping.externalPort() + ": " + shortened(refused.group(2))
                    + " (" + code + ")";
            boolean conflict = code == CONFLICT || code == CONFLICT_WITH_OTHER_MECHANISMS;
            return new Answer(
                    null, conflict ? Failure.CONFLICT : Failure.REFUSED, reason, code == ONLY_PERMANENT_LEASES);
        }
        Matcher external = EXTERNAL_IP.matcher(output);
        if (external.find() && UPNP_UNCONFIRMED.matcher(output).find()) {
            // It was mapped; there are routers that can't be asked about one mapping.
            return granted(location, external.group(1), mapping.externalPort(), mapping.leaseSeconds());
        }
        return Answer.failed(Failure.REFUSED, "the router's answer can't be understood");
    }

    private static Answer granted(String location, String externalIp, int port, int leaseSeconds) {
        return Answer.granted(new Grant(new Router(UPNP, location, externalIp), port, leaseSeconds));
    }

    /** The description of the device that has {@code control}: the one on the same host and port. */
    private static Optional<String> description(String output, String control) {
        String authority = authority(control);
        return DESCRIPTION
                .matcher(output)
                .results()
                .map(found -> found.group(1))
                .filter(url -> authority(url).equals(authority))
                .findFirst();
    }

    private static String authority(String url) {
        return url.split("/", 4)[2];
    }

    /** What {@link #natPmpMap} printed. */
    static Answer natPmpAnswer(String output, PortMapping mapping) {
        Matcher gateway = GATEWAY.matcher(output);
        Matcher ip = PUBLIC_IP.matcher(output);
        Matcher mapped = NAT_PMP_MAPPED.matcher(output);
        boolean answered = gateway.find() && ip.find();
        if (answered && mapped.find()) {
            int externalPort = Integer.parseInt(mapped.group(1));
            int leaseSeconds = Integer.parseInt(mapped.group(4));
            boolean same = mapped.group(2).equals(protocol(mapping))
                    && Integer.parseInt(mapped.group(3)) == mapping.port()
                    && externalPort > 0
                    && externalPort <= 65_535
                    && leaseSeconds > 0;
            return same
                    ? Answer.granted(
                            new Grant(new Router(NAT_PMP, gateway.group(1), ip.group(1)), externalPort, leaseSeconds))
                    : Answer.failed(Failure.REFUSED, "the router gave another mapping than was asked for");
        }
        Matcher failed = NAT_PMP_FAILED.matcher(output);
        String why = failed.find() ? shortened(failed.group(1)) : "";
        boolean answers = answered || why.contains("network failure") || why.contains("authorized");
        return answers
                ? Answer.failed(Failure.REFUSED, "the router refused, by NAT-PMP: " + why)
                : Answer.failed(Failure.NO_ROUTER, "no router answers to NAT-PMP");
    }

    private static String shortened(String text) {
        String printable = text.replaceAll("[^ -~]", "?");
        return printable.substring(0, Math.min(MAX_REASON, printable.length()));
    }
}
