package net.re6st.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A fresh Debian in a folder, with our packages in {@code /packages} and what they depend on downloaded but not installed. */
final class DebianSystem {
    private static final Duration LIMIT = Duration.ofMinutes(15);

    /** Another mirror than Debian's own may be nearer. */
    private static final String MIRROR = System.getProperty("re6st.debian.mirror", "http://deb.debian.org/debian");

    private DebianSystem() {}

    /** Makes it beside the packages. */
    static Path make(String suite, DebianPackages packages) throws IOException {
        Path root = packages.newer().resolveSibling(suite);
        if (DebianPackages.REUSE && Files.isDirectory(root)) {
            return root;
        }
        remove(root);
        String include = "--include=systemd,systemd-sysv,dbus,ca-certificates";
        Command.of("debootstrap", "--variant=minbase", include, suite, root.toString(), MIRROR)
                .within(LIMIT)
                .output();
        for (Path version : List.of(packages.older(), packages.newer())) {
            Path to = root.resolve("packages").resolve(version.getFileName());
            Files.createDirectories(to);
            try (Stream<Path> files = Files.list(version)) {
                for (Path file :
                        files.filter(each -> each.toString().endsWith(".deb")).toList()) {
                    Files.copy(file, to.resolve(file.getFileName()));
                }
            }
        }
        inside(root, "apt-get -q update");
        String download = "apt-get -q -y --download-only ";
        inside(root, download + "install /packages/older/re6stnet.deb /packages/older/re6st-registry.deb");
        inside(root, download + "--no-install-recommends install ifupdown iputils-ping logrotate network-manager");
        return root;
    }

    static void remove(Path root) {
        Command.of("rm", "-rf", "--one-file-system", root.toString())
                .within(LIMIT)
                .output();
    }

    /** Runs it in the folder, with the network of this machine. */
    private static void inside(Path root, String shell) {
        Command.of(List.of(
                        "systemd-nspawn",
                        "-q",
                        "--register=no",
                        "--keep-unit",
                        "--console=pipe",
                        "--resolv-conf=copy-host",
                        "--timezone=off",
                        "-D",
                        root.toString(),
                        "/bin/sh",
                        "-c",
                        "export DEBIAN_FRONTEND=noninteractive; " + shell))
                .within(LIMIT)
                .output();
    }
}
