package net.re6st.node.os;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The mappings that a router has for this host, as {@code upnpc -l} lists them. Pure. */
public record RouterListing(List<Mapped> mappings) {
    private static final Pattern OWN_ADDRESS = Pattern.compile("(?m)^Local LAN ip address : ([0-9.]{7,15})$");
    private static final Pattern ROW =
            Pattern.compile("(?m)^ {0,3}\\d{1,5} (TCP|UDP) {1,6}(\\d{1,5})->([0-9.]{7,15}):(\\d{1,5}) ");

    public RouterListing {
        mappings = List.copyOf(mappings);
    }

    /** One that leads to this host. */
    public record Mapped(boolean tcp, int externalPort, int port) {}

    /** The words that ask for it; {@code url} is the router's description, empty if it is not known. */
    public static List<String> command(String url) {
        return url.isEmpty() ? List.of(RouterCommand.UPNPC, "-l") : List.of(RouterCommand.UPNPC, "-u", url, "-l");
    }

    /** Empty if no router answered. */
    public static Optional<RouterListing> parse(String output) {
        Matcher own = OWN_ADDRESS.matcher(output);
        if (!own.find()) {
            return Optional.empty();
        }
        List<Mapped> mappings = new ArrayList<>();
        Matcher row = ROW.matcher(output);
        while (row.find()) {
            if (row.group(3).equals(own.group(1))) {
                mappings.add(new Mapped(
                        row.group(1).equals("TCP"), Integer.parseInt(row.group(2)), Integer.parseInt(row.group(4))));
            }
        }
        return Optional.of(new RouterListing(mappings));
    }

    public boolean has(boolean tcp, int externalPort, int port) {
        return mappings.contains(new Mapped(tcp, externalPort, port));
    }
}
