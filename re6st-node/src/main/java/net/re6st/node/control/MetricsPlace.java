package net.re6st.node.control;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where {@code --metrics} serves: a port of this host that others can't reach, or a socket. Exactly one of the two is there.
 */
public record MetricsPlace(@Nullable InetSocketAddress address, @Nullable Path socket) {
    private static final Pattern PORT =
            Pattern.compile("(?:(127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1]):)?(\\d{1,5})");

    /** {@code PORT}, {@code 127.0.0.1:PORT}, {@code [::1]:PORT} or the path of a socket; empty for anything else. */
    public static Optional<MetricsPlace> parse(String text) {
        if (text.startsWith("/")) {
            return Optional.of(new MetricsPlace(null, Path.of(text)));
        }
        Matcher matcher = PORT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int port = Integer.parseInt(matcher.group(2));
        String host = matcher.group(1) == null ? "127.0.0.1" : matcher.group(1);
        boolean possible =
                port >= 1 && port <= 65_535 && host.matches("\\[::1]|127(\\.(1?\\d?\\d|2[0-4]\\d|25[0-5])){3}");
        return possible ? Optional.of(new MetricsPlace(new InetSocketAddress(host, port), null)) : Optional.empty();
    }
}
