package net.re6st.registry.command;

import java.nio.file.Path;
import java.util.Optional;
import net.re6st.registry.os.Database;

/** Where a registry keeps what subcommands work on, and how long the prefixes are that it gives for tokens. */
public record Locations(Database db, Optional<Path> ca, Optional<Path> key, int prefixLength) {}
