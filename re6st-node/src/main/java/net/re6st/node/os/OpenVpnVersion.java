package net.re6st.node.os;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which OpenVPN is installed, and everything in its options that depends on that.
 *
 * <p>Versions 2.5 and 2.6 are supported; peers may run 2.4.
 */
public record OpenVpnVersion(int major, int minor) implements Comparable<OpenVpnVersion> {
    private static final OpenVpnVersion OLDEST = new OpenVpnVersion(2, 5);
    private static final OpenVpnVersion NEWEST = new OpenVpnVersion(2, 6);
    private static final Pattern FIRST_LINE =
            Pattern.compile("OpenVPN (\\d{1,4})\\.(\\d{1,4})[^\\d].*", Pattern.DOTALL);

    /** Reads what {@code openvpn --version} prints. */
    public static Optional<OpenVpnVersion> parse(String output) {
        Matcher matcher = FIRST_LINE.matcher(output + "\n");
        return matcher.matches()
                ? Optional.of(
                        new OpenVpnVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    /** Why this version can't be used; empty if it can. */
    public Optional<String> refusal() {
        if (compareTo(OLDEST) < 0) {
            return Optional.of("OpenVPN " + this + " is too old: " + OLDEST + " or " + NEWEST + " is needed");
        }
        if (compareTo(NEWEST) > 0) {
            return Optional.of("OpenVPN " + this + " is not known to this version of re6stnet: " + OLDEST + " or "
                    + NEWEST + " is needed");
        }
        return Optional.empty();
    }

    /**
     * What chooses a client's cipher. Encrypted: OpenVPN's defaults, which peers from 2.4 on understand. Else authenticated
     * only; without {@code --reneg-bytes 0} version 2.6 renegotiates every 64 MB because of the "small block size".
     */
    List<String> cipher(boolean encrypt) {
        return encrypt ? List.of() : PLAIN;
    }

    /**
     * Lets a server take both kinds of clients: which of them come in is decided when they connect, and may change while the
     * server runs (see {@link CipherPolicy}). A client that does not negotiate does not encrypt.
     */
    List<String> eitherCipher() {
        return EITHER;
    }

    private static final List<String> PLAIN = List.of(
            "--cipher", "none", "--data-ciphers", "none", "--data-ciphers-fallback", "none", "--reneg-bytes", "0");

    private static final List<String> EITHER = List.of(
            "--cipher",
            "none",
            "--data-ciphers",
            "AES-256-GCM:AES-128-GCM:none",
            "--data-ciphers-fallback",
            "none",
            "--reneg-bytes",
            "0");

    @Override
    public int compareTo(OpenVpnVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
