package net.re6st.node.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import net.re6st.rpc.RegistryUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code registry} beside the peer cache: which of several registries answered last. Whatever can't be read or
 * written only costs time at the next start.
 */
public final class LastRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(LastRegistry.class);
    private static final int MAX_BYTES = 4096;

    private final Path file;

    public LastRegistry(Path state) {
        file = state.resolve("registry");
    }

    /** Which of {@code urls} answered last; the first one if that is not known. */
    public int among(List<RegistryUrl> urls) {
        try {
            if (urls.size() == 1 || !Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
                return 0;
            }
            String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
            return RegistryUrl.parse(text)
                    .map(urls::indexOf)
                    .filter(index -> index > 0)
                    .orElse(0);
        } catch (IOException e) {
            LOG.debug("can't read {}: {}", file, e.toString());
            return 0;
        }
    }

    /** Blocks: not for the loop. */
    public void remember(RegistryUrl url) {
        try {
            Path fresh = file.resolveSibling("registry.new");
            Files.writeString(fresh, url + "\n", StandardCharsets.ISO_8859_1);
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("can't write {}: {}", file, e.toString());
        }
    }
}
