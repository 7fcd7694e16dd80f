package net.re6st.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.random.RandomGenerator;
import net.re6st.net.Bytes;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class HttpAnswerTest {
    private static final String PLAIN = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nRe6stHMAC: abc=\r\n\r\nhello";
    private static final String CHUNKED =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: x\r\n\r\n";

    @Test
    void readsBodiesOfEveryKind() throws IOException {
        assertThat(read(PLAIN).body().toLatin1()).isEqualTo("hello");
        assertThat(read(PLAIN).header("re6sthmac")).contains("abc=");
        assertThat(read(CHUNKED).body().toLatin1()).isEqualTo("hello");
        assertThat(read("HTTP/1.0 200 OK\n\nhello").body().toLatin1()).isEqualTo("hello");
        assertThat(read("HTTP/1.1 100 Continue\r\n\r\n" + PLAIN).body().toLatin1())
                .isEqualTo("hello");
        assertThat(read("HTTP/1.1 204 No Content\r\n\r\n").body()).isEqualTo(Bytes.EMPTY);
        assertThat(read("HTTP/1.1 403 no prefix left\r\nContent-Length: 0\r\n\r\n")
                        .reason())
                .isEqualTo("no prefix left");
        assertThat(read("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n").reason()).isEmpty();
    }

    @Test
    void readsNothingAfterTheEnd() throws IOException {
        InputStream in = new ByteArrayInputStream(bytes(PLAIN + "rest"));
        HttpAnswer.read(in);
        assertThat(in.readAllBytes()).asString().isEqualTo("rest");
    }

    @Test
    void readsByteByByte() throws IOException {
        for (String text : new String[] {PLAIN, CHUNKED}) {
            InputStream oneAtATime = new ByteArrayInputStream(bytes(text)) {
                @Override
                public int read(byte[] target, int offset, int length) {
                    return super.read(target, offset, Math.min(length, 1));
                }
            };
            assertThat(HttpAnswer.read(oneAtATime).body().toLatin1()).isEqualTo("hello");
        }
    }

    @Test
    void refusesWhatIsCutOffOrTooLong() {
        for (String text : new String[] {PLAIN, CHUNKED}) {
            for (int end = 0; end < text.length(); end++) {
                String part = text.substring(0, end);
                assertThatThrownBy(() -> read(part)).isInstanceOf(IOException.class);
            }
        }
        assertThatThrownBy(() -> read("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"))
                .hasMessage("content length 99999999999");
        assertThatThrownBy(() -> HttpAnswer.read(endless("HTTP/1.1 200 OK\r\n", "A: b\r\n")))
                .hasMessageStartingWith("head longer than");
        assertThatThrownBy(() -> HttpAnswer.read(endless("HTTP/1.1 200 OK\r\n\r\n", "junk")))
                .hasMessageStartingWith("answer longer than");
        assertThatThrownBy(() -> HttpAnswer.read(
                        endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "4\r\njunk\r\n")))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> HttpAnswer.read(endless("", "HTTP/1.1 100 Continue\r\n\r\n")))
                .hasMessage("too many interim answers");
    }

    @Test
    void survivesHostileAnswers() {
        Seeds.forEach(10_000, (seed, random) -> {
            String text = random.nextBoolean() ? PLAIN : CHUNKED;
            byte[] bytes = bytes(text);
            for (int i = random.nextInt(1, 5); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = hostileByte(random);
            }
            int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
            try {
                HttpAnswer answer = HttpAnswer.read(new ByteArrayInputStream(bytes, 0, length));
                assertThat(answer.body().size()).isLessThanOrEqualTo(bytes.length);
            } catch (IOException e) {
                assertThat(e.getMessage()).hasSizeLessThan(200);
            }
        });
    }

    private static byte hostileByte(RandomGenerator random) {
        String likely = "\r\n :;0123456789abcdefF-,/\0";
        return (byte) (random.nextBoolean() ? likely.charAt(random.nextInt(likely.length())) : random.nextInt());
    }

    private static byte[] bytes(String text) {
        return Bytes.ofLatin1(text).toArray();
    }

    private static HttpAnswer read(String text) throws IOException {
        return HttpAnswer.read(new ByteArrayInputStream(bytes(text)));
    }

    /** {@code start}, then {@code repeated} for ever. */
    private static InputStream endless(String start, String repeated) {
        return new InputStream() {
            private long position;

            @Override
            public int read() {
                long at = position++;
                return at < start.length()
                        ? start.charAt((int) at)
                        : repeated.charAt((int) ((at - start.length()) % repeated.length()));
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                for (int i = 0; i < length; i++) {
                    target[offset + i] = (byte) read();
                }
                return length;
            }
        };
    }
}
