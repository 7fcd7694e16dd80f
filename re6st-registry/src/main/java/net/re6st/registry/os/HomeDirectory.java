package net.re6st.registry.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.net.Bytes;
import net.re6st.registry.core.PercentCode;
import net.re6st.registry.web.PageResponse;
import net.re6st.registry.web.Site;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The administrator's own files, in one directory. Decides which may be seen: regular ones that are really below it, without
 * a name that begins with a dot on the way; {@code index.html} stands for its directory, which is never listed.
 */
public final class HomeDirectory implements Site.OwnFiles {
    private static final Logger LOG = LoggerFactory.getLogger(HomeDirectory.class);
    private static final long MAX_BYTES = 16 << 20;
    private static final String UNKNOWN_TYPE = "application/octet-stream";
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("gif", "image/gif"),
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("pdf", "application/pdf"),
            Map.entry("png", "image/png"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("txt", "text/plain; charset=utf-8"),
            Map.entry("webp", "image/webp"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("xml", "application/xml"));

    private final Path root;

    private HomeDirectory(Path root) {
        this.root = root;
    }

    public static HomeDirectory open(Path directory) throws Failure {
        try {
            Path root = directory.toRealPath();
            if (!Files.isDirectory(root)) {
                throw new Failure("--home " + directory + " is no directory");
            }
            return new HomeDirectory(root);
        } catch (IOException e) {
            throw new Failure("--home " + directory + ": " + e.getMessage());
        }
    }

    @Override
    public Optional<PageResponse> file(String path) {
        try {
            return PercentCode.decode(path, false).flatMap(this::resolve).flatMap(this::read);
        } catch (RuntimeException e) {
            // Not a path on this machine.
            LOG.debug("{}: {}", path, e.toString());
            return Optional.empty();
        }
    }

    private Optional<Path> resolve(String path) {
        Path file = root;
        for (String name : path.substring(1).split("/", -1)) {
            if (name.startsWith(".") || name.indexOf('\0') >= 0 || name.indexOf('\\') >= 0) {
                return Optional.empty();
            }
            file = name.isEmpty() ? file : file.resolve(name);
        }
        return Optional.of(path.endsWith("/") ? file.resolve("index.html") : file);
    }

    private Optional<PageResponse> read(Path file) {
        try {
            // A link may lead out of the directory.
            if (!Files.isRegularFile(file) || !file.toRealPath().startsWith(root) || Files.size(file) > MAX_BYTES) {
                return Optional.empty();
            }
            return Optional.of(PageResponse.file(type(file), Bytes.copyOf(Files.readAllBytes(file))));
        } catch (IOException e) {
            LOG.info("{}: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    private static String type(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return TYPES.getOrDefault(name.substring(dot + 1).toLowerCase(Locale.ROOT), UNKNOWN_TYPE);
    }
}
