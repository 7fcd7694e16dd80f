package net.re6st.node.os;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One interface that goes on accepting router advertisements while this host forwards. A kernel that forwards ignores them,
 * and forgets the default routes that it has from them, unless {@code accept_ra} is 2; an interface that accepts them now
 * (1, and does not forward yet) must do so later. Not one that appears later: it could be a tunnel.
 */
public final class RouterAdvertisements {
    private static final Logger LOG = LoggerFactory.getLogger(RouterAdvertisements.class);
    private static final Path INTERFACES = Path.of("/proc/sys/net/ipv6/conf");
    private static final Set<String> NONE = Set.of("all", "default", "lo");
    private static final String ACCEPT_UNLESS_FORWARDING = "1";
    private static final String ACCEPT = "2";
    private static final Pattern UNDO = Pattern.compile("net/ipv6/conf/[^/\\s]{1,15}/accept_ra=1");

    private final String iface;
    private final Path file;

    private RouterAdvertisements(Path folder) {
        this.iface = folder.getFileName().toString();
        this.file = folder.resolve("accept_ra");
    }

    /**
     * Those that are to be kept, before forwarding is turned on.
     *
     * @param ours whether an earlier daemon of ours turned it on already: then interfaces that forward count, too
     */
    public static List<RouterAdvertisements> accepted(boolean ours) {
        return accepted(INTERFACES, ours);
    }

    static List<RouterAdvertisements> accepted(Path interfaces, boolean ours) {
        List<RouterAdvertisements> accepted = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(interfaces)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                boolean accepts = value(entry, "accept_ra").equals(ACCEPT_UNLESS_FORWARDING)
                        && (ours || value(entry, "forwarding").equals("0"));
                if (accepts && !NONE.contains(name) && !name.startsWith("re6stnet")) {
                    accepted.add(new RouterAdvertisements(entry));
                }
            }
        } catch (IOException e) {
            LOG.debug("{}", e.toString());
        }
        accepted.sort(Comparator.comparing(RouterAdvertisements::toString));
        return accepted;
    }

    private static String value(Path entry, String setting) {
        try {
            return Files.readString(entry.resolve(setting)).strip();
        } catch (IOException e) {
            // It is gone.
            return "";
        }
    }

    /** Accepts them whether or not the host forwards. */
    public void keep() {
        LOG.info("{} goes on accepting router advertisements while this host forwards (accept_ra=2)", iface);
        set(ACCEPT);
    }

    /** Undoes {@link #keep}. */
    public void restore() {
        set(ACCEPT_UNLESS_FORWARDING);
    }

    private void set(String value) {
        try {
            ProcFiles.set(file, value);
        } catch (IOException e) {
            LOG.warn(
                    "{} may lose the default route that routers advertise: sysctl -w net.ipv6.conf.{}.accept_ra={}: {}",
                    iface,
                    iface,
                    value,
                    e.toString());
        }
    }

    /** The command that undoes {@link #keep}, for a daemon that finds what another left. */
    public List<String> undoing() {
        return List.of("sysctl", "-qw", "net/ipv6/conf/" + iface + "/accept_ra=" + ACCEPT_UNLESS_FORWARDING);
    }

    /** Whether a command that was written down is such a one. */
    static boolean isUndoing(List<String> words) {
        return words.size() == 3
                && words.subList(0, 2).equals(List.of("sysctl", "-qw"))
                && UNDO.matcher(words.get(2)).matches();
    }

    @Override
    public String toString() {
        return iface;
    }
}
