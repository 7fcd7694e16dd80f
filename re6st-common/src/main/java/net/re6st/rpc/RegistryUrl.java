package net.re6st.rpc;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * Where the registry is: an http or https URL, maybe with a base path when it is behind a proxy.
 *
 * @param host a name or an IP address, without brackets
 * @param basePath starts with a slash, or is empty; never ends with one
 */
public record RegistryUrl(boolean https, String host, int port, String basePath) {
    /** So many registries may serve one network. */
    public static final int MAX_OF_A_NETWORK = 8;

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int MAX_CHARS = 2048;

    /** Empty if {@code url} is no http or https URL, or has more than a host, a port and a path. */
    public static Optional<RegistryUrl> parse(String url) {
        if (url.length() > MAX_CHARS || url.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(url);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean https = scheme.equals("https");
            String host = uri.getHost();
            boolean extra = uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null;
            if (host == null || host.isEmpty() || extra || !(https || scheme.equals("http"))) {
                return Optional.empty();
            }
            int defaultPort = https ? HTTPS_PORT : HTTP_PORT;
            int port = uri.getPort() < 0 ? defaultPort : uri.getPort();
            if (port < 1 || port > 65535) {
                return Optional.empty();
            }
            String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            return Optional.of(new RegistryUrl(https, name, port, withoutTrailingSlashes(uri.getRawPath())));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static String withoutTrailingSlashes(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    /** Value of the {@code Host} header: the port only if it is not the default. */
    public String hostHeader() {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (https ? HTTPS_PORT : HTTP_PORT) ? name : name + ":" + port;
    }

    @Override
    public String toString() {
        return (https ? "https://" : "http://") + hostHeader() + basePath;
    }
}
