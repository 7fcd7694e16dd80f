package net.re6st.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/** A host on which something is wrong: settings, filters, programs that others don't expect. */
record BrokenHost(Host host) {
    /** A script that runs its arguments beside a program of that name; other laboratories don't see it. */
    String besides(String name, String prepared) throws IOException {
        Path program = host.directory().resolve(name);
        Files.copy(Path.of("/bin/sleep"), program);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return "unshare -m -p -f --mount-proc sh -c '" + prepared + program
                + " 300 & \"$@\"; status=$?; kill $!; exit $status' sh \"$@\"";
    }

    void set(String name, String value) {
        host.command("sysctl", "-q", "-w", name + "=" + value).output();
    }

    /** Drops what comes in and fits one of the conditions of nftables. */
    void filter(String... conditions) {
        load(Stream.of(conditions).map(condition -> condition + " drop").toArray(String[]::new));
    }

    void load(String... rules) {
        String table = "table inet test {\nchain in {\ntype filter hook input priority 0\n";
        host.command("nft", "-f", "-")
                .input(table + String.join("\n", rules) + "\n}\n}\n")
                .output();
    }

    void unfilter() {
        host.command("nft", "add table inet test; delete table inet test").output();
    }
}
