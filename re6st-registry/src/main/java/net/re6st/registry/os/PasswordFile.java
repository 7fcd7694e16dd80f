package net.re6st.registry.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import net.re6st.cli.Failure;
import net.re6st.registry.web.AdminPassword;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file whose first line is the administrator's password; others on this machine must not be able to read it. */
public final class PasswordFile implements AdminPassword {
    private static final Logger LOG = LoggerFactory.getLogger(PasswordFile.class);
    private static final int MAX_BYTES = 4096;
    private static final Set<PosixFilePermission> FORBIDDEN =
            Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.GROUP_WRITE);

    private final Path file;

    private PasswordFile(Path file) {
        this.file = file;
    }

    /** Says what is wrong with the file as long as somebody is there to read it. */
    public static PasswordFile open(Path file) throws Failure {
        PasswordFile opened = new PasswordFile(file);
        opened.password();
        return opened;
    }

    @Override
    public Optional<String> read() {
        try {
            return Optional.of(password());
        } catch (Failure e) {
            LOG.error("nobody can log in: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private String password() throws Failure {
        return firstLine(file, MIN_LENGTH);
    }

    /** The password in the first line of a file that others can't read. */
    static String firstLine(Path file, int minLength) throws Failure {
        String password;
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(FORBIDDEN::contains)) {
                throw new Failure(file + ": others can read or change it; chmod 600 " + file);
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new Failure(file + " is too large for a password");
            }
            password = Files.readString(file).lines().findFirst().orElse("");
        } catch (IOException e) {
            throw new Failure("can't read " + file + ": " + e.getMessage());
        }
        if (password.length() < minLength) {
            throw new Failure(file + ": the password in its first line has less than " + minLength + " characters");
        }
        return password;
    }
}
