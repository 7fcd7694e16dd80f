package net.re6st.node.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.Credentials;

/** The files of {@code --ca}, {@code --cert} and {@code --key}: reads them, and replaces a certificate so that no crash can lose it. */
public final class CertificateFiles {
    private static final long MAX_BYTES = 1 << 20;

    private CertificateFiles() {}

    public static CertificateAuthority authority(Path ca) throws Failure {
        return CertificateAuthority.ofPem(read(ca))
                .orElseThrow(() -> new Failure(ca + " is not the certificate of a network's CA"));
    }

    /** The first certificate in a file; empty if there is none. */
    static Optional<Certificate> certificate(Path file) throws Failure {
        return Certificate.ofPem(read(file));
    }

    public static Credentials credentials(Path cert, Path key) throws Failure {
        String certificate = read(cert);
        if (Certificate.ofPem(certificate).flatMap(Certificate::prefix).isEmpty()) {
            throw new Failure(cert + " is not the certificate of a node");
        }
        return Credentials.ofPem(certificate, read(key))
                .orElseThrow(() -> new Failure(key + " is not the private key of " + cert));
    }

    /** Writes the new file beside the old, with its owner and mode, and puts it in its place once it is on disk. */
    public static void replace(Path file, String text) throws IOException {
        Path target = file.toRealPath();
        Path fresh = target.resolveSibling(target.getFileName() + ".new");
        PosixFileAttributes old = Files.readAttributes(target, PosixFileAttributes.class);
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            PosixFileAttributeView view = Files.getFileAttributeView(fresh, PosixFileAttributeView.class);
            view.setOwner(old.owner());
            view.setGroup(old.group());
            view.setPermissions(old.permissions());
            channel.force(true);
        }
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Path directory = target.getParent();
        if (directory != null) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static String read(Path file) throws Failure {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new Failure(file + " is larger than " + MAX_BYTES + " bytes");
            }
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new Failure("can't read " + file + ": " + e);
        }
    }
}
