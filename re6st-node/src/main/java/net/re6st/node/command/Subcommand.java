package net.re6st.node.command;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What {@code re6stnet} does besides being the daemon: the word that asks for it. */
enum Subcommand {
    STATUS,
    PEERS,
    ROUTES,
    TUNNELS,
    TRACE,
    DOCTOR,
    RELOAD,
    TOP;

    static Optional<Subcommand> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst();
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
