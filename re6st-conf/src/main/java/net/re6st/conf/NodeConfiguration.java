package net.re6st.conf;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.re6st.cli.ShellWords;

/** The text of re6stnet.conf: what re6stnet needs to start, and what helps when it does not. */
final class NodeConfiguration {
    private NodeConfiguration() {}

    /**
     * Options for a node whose files are in the same directory.
     *
     * @param tlsAuthority as given to {@code --tls-ca}
     * @param location as given to {@code --location}; its first part is the country, if it is one
     */
    static String text(List<String> registries, Optional<Path> tlsAuthority, Optional<String> location) {
        String country = location.map(value -> value.split(",", 2)[0])
                .filter(value -> value.matches("[A-Za-z]{2}"))
                .map(value -> "country " + value + "\n")
                .orElse("");
        return registries.stream()
                        .map(url -> "registry " + ShellWords.quote(url) + "\n")
                        .collect(Collectors.joining())
                + tlsAuthority
                        .map(file -> "tls-ca "
                                + ShellWords.quote(file.toAbsolutePath().toString()) + "\n")
                        .orElse("")
                + "ca " + ConfFiles.CA + "\n"
                + "cert " + ConfFiles.CERTIFICATE + "\n"
                + "key " + ConfFiles.KEY + "\n"
                + country
                + "\n# To see what re6stnet does, remove the # of the next line.\n"
                + "#verbose 3\n"
                + "# One log per tunnel.\n"
                + "#ovpnlog\n"
                + "# And more in them: both lines.\n"
                + "#O--verb\n"
                + "#O3\n";
    }
}
