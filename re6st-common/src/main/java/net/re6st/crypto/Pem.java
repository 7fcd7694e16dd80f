package net.re6st.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import net.re6st.net.Bytes;

/** The PEM text form: base64 of DER between two lines that name what it is. */
public final class Pem {
    public static final String CERTIFICATE = "CERTIFICATE";
    public static final String CERTIFICATE_REQUEST = "CERTIFICATE REQUEST";
    public static final String PRIVATE_KEY = "PRIVATE KEY";
    static final String RSA_PRIVATE_KEY = "RSA PRIVATE KEY";
    public static final String DH_PARAMETERS = "DH PARAMETERS";

    /** Longest text looked at: a certificate file may carry its readable form, too. */
    public static final int MAX_CHARS = 256 * 1024;

    private static final int LINE_CHARS = 64;

    private Pem() {}

    /** The text of {@code der}, as OpenSSL writes it: lines of 64 characters, a newline at the end. */
    public static String encode(String label, Bytes der) {
        byte[] newline = {'\n'};
        String base64 =
                new String(Base64.getMimeEncoder(LINE_CHARS, newline).encode(der.toArray()), StandardCharsets.US_ASCII);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }

    /** The content of the first block named {@code label}; whatever surrounds it is ignored. Empty if there is none. */
    public static Optional<Bytes> decode(String label, String text) {
        if (text.length() > MAX_CHARS) {
            return Optional.empty();
        }
        String begin = "-----BEGIN " + label + "-----";
        int start = text.indexOf(begin);
        int end = start < 0 ? -1 : text.indexOf("-----END " + label + "-----", start + begin.length());
        if (end < 0) {
            return Optional.empty();
        }
        StringBuilder base64 = new StringBuilder(end - start);
        for (int i = start + begin.length(); i < end; i++) {
            char c = text.charAt(i);
            if (c != '\n' && c != '\r' && c != ' ' && c != '\t') {
                base64.append(c);
            }
        }
        try {
            return Optional.of(Bytes.copyOf(Base64.getDecoder().decode(base64.toString())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
