package net.re6st.lab;

import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is wrong with the "internet" right now: ports that are cut, pairs that cannot talk, ports that lose packets.
 * Pure: it says what the bridge's nftables rules have to be, as text.
 */
final class Underlay {
    private final SortedSet<String> cut = new TreeSet<>();
    private final SortedSet<String> blocked = new TreeSet<>();
    private final SortedSet<String> side = new TreeSet<>();
    private final SortedMap<String, Integer> lossPerMille = new TreeMap<>();
    private final SortedMap<String, Integer> pairLossPerMille = new TreeMap<>();

    /** Cut without a trace: the carrier stays, as when a provider fails far away. */
    void cut(String port, boolean isCut) {
        if (isCut) {
            cut.add(port);
        } else {
            cut.remove(port);
        }
    }

    void block(String port, String other, boolean isBlocked) {
        for (String pair : new String[] {pair(port, other), pair(other, port)}) {
            if (isBlocked) {
                blocked.add(pair);
            } else {
                blocked.remove(pair);
            }
        }
    }

    /** Nothing passes between these and all others; none: the internet is one. */
    void partition(Collection<String> ports) {
        side.clear();
        side.addAll(ports);
    }

    /** Packets lost in both directions, each with this probability. */
    void loss(String port, double percent) {
        lossPerMille.put(port, perMille(percent));
    }

    /** Packets from one to another lost; those in the other direction are not. */
    void loss(String from, String to, double percent) {
        pairLossPerMille.put("iifname \"" + from + "\" oifname \"" + to + "\"", perMille(percent));
    }

    private static int perMille(double percent) {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("loss of " + percent + " percent");
        }
        return (int) Math.round(percent * 10);
    }

    /** A script for {@code nft -f -} that replaces all earlier rules at once. */
    String rules() {
        StringBuilder text = new StringBuilder(
                """
                table bridge lab
                delete table bridge lab
                table bridge lab {
                 chain forward {
                  type filter hook forward priority 0; policy accept;
                """);
        if (!cut.isEmpty()) {
            String ports = "{ \"" + String.join("\", \"", cut) + "\" }";
            text.append("  iifname ").append(ports).append(" drop\n");
            text.append("  oifname ").append(ports).append(" drop\n");
        }
        if (!blocked.isEmpty()) {
            text.append("  iifname . oifname { ")
                    .append(String.join(", ", blocked))
                    .append(" } drop\n");
        }
        if (!side.isEmpty()) {
            String ports = "{ \"" + String.join("\", \"", side) + "\" }";
            text.append("  iifname ")
                    .append(ports)
                    .append(" oifname != ")
                    .append(ports)
                    .append(" drop\n");
            text.append("  iifname != ")
                    .append(ports)
                    .append(" oifname ")
                    .append(ports)
                    .append(" drop\n");
        }
        for (Map.Entry<String, Integer> loss : lossPerMille.entrySet()) {
            if (loss.getValue() > 0) {
                for (String direction : new String[] {"iifname", "oifname"}) {
                    text.append("  %s \"%s\" numgen random mod 1000 < %d drop\n"
                            .formatted(direction, loss.getKey(), loss.getValue()));
                }
            }
        }
        pairLossPerMille.forEach((pair, loss) -> {
            if (loss > 0) {
                text.append("  %s numgen random mod 1000 < %d drop\n".formatted(pair, loss));
            }
        });
        return text.append(" }\n}\n").toString();
    }

    private static String pair(String from, String to) {
        return "\"" + from + "\" . \"" + to + "\"";
    }
}
