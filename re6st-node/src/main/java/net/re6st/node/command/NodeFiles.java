package net.re6st.node.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.re6st.cli.UsageError;

/**
 * Which registries and which keys a node has.
 *
 * @param tlsCa who vouches for registries over HTTPS; empty: whom the system trusts
 */
public record NodeFiles(List<String> registries, Path ca, Path cert, Path key, Optional<Path> tlsCa) {
    public NodeFiles {
        registries = List.copyOf(registries);
    }

    /** Reads a daemon's options where no daemon can be asked. */
    @FunctionalInterface
    public interface Reader {
        /** What an option file says; names in it are relative to its directory. */
        NodeFiles read(Path optionFile) throws UsageError;
    }
}
