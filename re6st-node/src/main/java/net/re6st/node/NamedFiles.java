package net.re6st.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.net.Moment;
import net.re6st.node.os.Keyring;
import net.re6st.rpc.TlsTrust;

/**
 * The files that options name, but for those that are written: read before anything is touched, and before a running node
 * begins anew.
 *
 * @param keyring our certificates
 * @param trust who vouches for an https registry; empty: whom the system trusts
 */
record NamedFiles(Keyring keyring, Optional<TlsTrust> trust) {
    private static final long MAX_DH_BYTES = 1 << 20;
    private static final String DH = "DH PARAMETERS-----";

    static NamedFiles read(NodeOptions options, Moment now) throws Failure {
        Keyring keyring = Keyring.open(options.ca(), options.cert(), options.key(), now);
        Path dh = options.dh();
        if (dh != null) {
            checkDh(dh);
        }
        Optional<Path> authority = options.tlsCa();
        return new NamedFiles(
                keyring, authority.isPresent() ? Optional.of(TlsTrust.read(authority.get())) : Optional.empty());
    }

    /** Servers would end at once, again and again. */
    private static void checkDh(Path file) throws Failure {
        try {
            if (Files.size(file) > MAX_DH_BYTES
                    || !new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(DH)) {
                throw new Failure("--dh " + file + " has no Diffie-Hellman parameters");
            }
        } catch (IOException e) {
            throw new Failure("can't read --dh " + file + ": " + e);
        }
    }
}
