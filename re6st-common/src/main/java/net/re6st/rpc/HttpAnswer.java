package net.re6st.rpc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import net.re6st.net.Bytes;
import net.re6st.net.PlainNumber;

/**
 * An HTTP answer, and how it is read from a registry that may be hostile: everything has a limit, anything malformed ends in
 * {@link IOException}.
 *
 * @param headers by lower-case name; of repeated ones the last
 */
record HttpAnswer(int status, String reason, Map<String, String> headers, Bytes body) {
    static final int MAX_BODY_BYTES = 4 * 1024 * 1024;
    static final int MAX_HEAD_BYTES = 64 * 1024;
    private static final int MAX_INTERIM_ANSWERS = 4;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    boolean isSuccess() {
        return status == 200 || status == NO_CONTENT;
    }

    /** Reads the answer to a GET request, up to its end and not further. */
    static HttpAnswer read(InputStream in) throws IOException {
        Head head = new Head(in);
        for (int i = 0; i < MAX_INTERIM_ANSWERS; i++) {
            String[] status = head.statusLine();
            int code = Integer.parseInt(status[0]);
            Map<String, String> headers = head.headers();
            if (code >= 200) {
                return new HttpAnswer(code, status[1], headers, body(in, code, headers, head));
            }
        }
        throw new IOException("too many interim answers");
    }

    private static Bytes body(InputStream in, int status, Map<String, String> headers, Head head) throws IOException {
        if (status == NO_CONTENT || status == NOT_MODIFIED) {
            return Bytes.EMPTY;
        }
        String coding = headers.get("transfer-encoding");
        if (coding != null) {
            if (!coding.equalsIgnoreCase("chunked")) {
                throw new IOException("transfer coding " + shorten(coding));
            }
            return chunks(in, head);
        }
        String length = headers.get("content-length");
        if (length == null) {
            byte[] rest = in.readNBytes(MAX_BODY_BYTES + 1);
            return checkSize(rest.length) == 0 ? Bytes.EMPTY : Bytes.copyOf(rest);
        }
        int size = PlainNumber.parse(length, MAX_BODY_BYTES);
        if (size < 0) {
            throw new IOException("content length " + shorten(length));
        }
        return exactly(in, size);
    }

    private static Bytes chunks(InputStream in, Head head) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String line = head.line();
            int end = line.indexOf(';');
            String digits = (end < 0 ? line : line.substring(0, end)).strip();
            if (!digits.matches("[0-9a-fA-F]{1,6}")) {
                throw new IOException("chunk length " + shorten(digits));
            }
            int size = Integer.parseInt(digits, 16);
            if (size == 0) {
                head.headers();
                return Bytes.copyOf(body.toByteArray());
            }
            checkSize(body.size() + size);
            body.writeBytes(exactly(in, size).toArray());
            if (!head.line().isEmpty()) {
                throw new IOException("chunk longer than announced");
            }
        }
    }

    private static Bytes exactly(InputStream in, int size) throws IOException {
        byte[] content = in.readNBytes(size);
        if (content.length < size) {
            throw new IOException("connection closed after " + content.length + " of " + size + " bytes");
        }
        return Bytes.copyOf(content);
    }

    private static int checkSize(int size) throws IOException {
        if (size > MAX_BODY_BYTES) {
            throw new IOException("answer longer than " + MAX_BODY_BYTES + " bytes");
        }
        return size;
    }

    private static String shorten(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }

    /** Reads the lines of heads; their total is limited. */
    private static final class Head {
        private final InputStream in;
        private int remaining = MAX_HEAD_BYTES;

        Head(InputStream in) {
            this.in = in;
        }

        /** Status code (three digits) and reason. */
        String[] statusLine() throws IOException {
            String line = line();
            if (!line.matches("HTTP/1\\.[0-9] [1-9][0-9]{2}( .*)?")) {
                throw new IOException("not HTTP: " + shorten(line));
            }
            int code = line.indexOf(' ') + 1;
            return new String[] {
                line.substring(code, code + 3), line.substring(code + 3).strip()
            };
        }

        Map<String, String> headers() throws IOException {
            Map<String, String> headers = new HashMap<>();
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                if (colon < 1) {
                    throw new IOException("not a header: " + shorten(line));
                }
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
            return headers;
        }

        String line() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream(80);
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new IOException("connection closed within the head of the answer");
                }
                if (--remaining < 0) {
                    throw new IOException("head longer than " + MAX_HEAD_BYTES + " bytes");
                }
                line.write(c);
            }
            String text = line.toString(StandardCharsets.ISO_8859_1);
            return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        }
    }
}
