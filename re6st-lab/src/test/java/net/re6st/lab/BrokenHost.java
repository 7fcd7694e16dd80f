package net.re6st.lab;

import java.io.IOException;
import java.net.ServerSocket;
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

    /** The same beside a firewalld that is configured to filter by the way packets come. */
    String besidesStrictFirewalld() throws IOException {
        Path etc = Files.createDirectories(host.directory().resolve("etc-with-firewalld"));
        return besides(
                "firewalld",
                "mount -t tmpfs none " + etc + " && cp -a /etc/. " + etc + " && mkdir -p " + etc
                        + "/firewalld && echo IPv6_rpfilter=yes > " + etc + "/firewalld/firewalld.conf && mount --bind "
                        + etc + " /etc && ");
    }

    /** A program that only does this line of a shell. */
    static void script(Path program, String line) throws IOException {
        Files.writeString(program, "#!/bin/sh\n" + line + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A program at a TCP port, until that is closed: it takes whoever comes, and says nothing. */
    ServerSocket anotherProgram(int port) throws IOException {
        ServerSocket server = host.inside(() -> new ServerSocket(port));
        new Thread(() -> closeAll(server), "other-program").start();
        return server;
    }

    private static void closeAll(ServerSocket server) {
        try {
            while (true) {
                server.accept().close();
            }
        } catch (IOException e) {
            // The end of the test.
        }
    }

    /** Who comes to one TCP port gets to another. */
    void redirect(int from, int to) {
        host.command("nft", "-f", "-")
                .input("table inet test {\nchain in {\ntype nat hook prerouting priority -100\n"
                        + "iifname eth0 tcp dport " + from + " redirect to :" + to + "\n}\n}\n")
                .output();
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
