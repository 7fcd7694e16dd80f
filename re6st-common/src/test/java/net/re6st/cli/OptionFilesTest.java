package net.re6st.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionFilesTest {
    private static final Set<String> NAMES = Set.of("--verbose", "--up");

    @TempDir
    Path directory;

    @Test
    void addsTwoDashesToFullLongNamesAndOneToOthers() throws Exception {
        assertThat(expand("verbose 3\nv 3\nO--verb\nverb 3\n-O\n"))
                .containsExactly("--verbose", "3", "-v", "3", "-O--verb", "-verb", "3", "--O");
    }

    @Test
    void readsWhatEditorsOfOtherSystemsWrite() throws Exception {
        assertThat(expand("\ufeffverbose\t3\r\n\r\n# a comment\r\nup 'a b'\r\n"))
                .containsExactly("--verbose", "3", "--up", "a b");
        assertThat(expand("\ufeff# a comment\rverbose 3")).containsExactly("--verbose", "3");
    }

    @Test
    void keepsWhatIsQuoted() throws Exception {
        assertThat(expand("up 'a \"b\"' \"c \\\" \\\\ \\d\" e\\ f''\nup ''"))
                .containsExactly("--up", "a \"b\"", "c \" \\ \\d", "e f", "--up", "");
    }

    @Test
    void refusesUnbalancedQuotes() {
        assertRefused("opts: no closing ' in: up 'x", "up 'x");
        assertRefused("opts: no closing \" in: up \"x\\", "up \"x\\");
        assertRefused("opts: nothing follows the last backslash in: up x\\", "up x\\");
    }

    @Test
    void endsAFileThatIncludesItself() {
        assertRefused("option files nested more than 16 deep: @opts", "@opts");
    }

    @Test
    void boundsTheNumberOfWords() throws IOException {
        Files.writeString(directory.resolve("a"), "up x\n".repeat(3000));
        assertRefused("more than 10000 words of options", "@a\n@a\n");
    }

    @Test
    void refusesWhatIsNotText() throws IOException {
        Files.write(directory.resolve("opts"), new byte[] {'u', 'p', ' ', (byte) 0xff});
        assertThatThrownBy(() -> OptionFiles.expand(List.of("@opts"), NAMES, directory))
                .hasMessage("option file is not UTF-8: opts");
        assertThatThrownBy(() -> OptionFiles.expand(List.of("@a\0b"), NAMES, directory))
                .isInstanceOf(UsageError.class);
        assertThatThrownBy(() -> OptionFiles.expand(List.of("@."), NAMES, directory))
                .isInstanceOf(UsageError.class);
    }

    @Test
    void refusesTooLargeAFile() throws IOException {
        Files.writeString(directory.resolve("opts"), "#".repeat((1 << 20) + 1));
        assertThatThrownBy(() -> OptionFiles.expand(List.of("@opts"), NAMES, directory))
                .hasMessage("option file of more than 1048576 bytes: opts");
    }

    @Test
    void anyFileIsReadOrRefused() {
        byte[] alphabet = "up verbose@#'\"\\ \n\r\t-\0é\u2028".getBytes(StandardCharsets.UTF_8);
        Seeds.forEach(10_000, (seed, random) -> {
            byte[] content = new byte[random.nextInt(40)];
            for (int i = 0; i < content.length; i++) {
                content[i] =
                        random.nextInt(50) == 0 ? (byte) random.nextInt() : alphabet[random.nextInt(alphabet.length)];
            }
            Files.write(directory.resolve("opts"), content);
            try {
                assertThat(OptionFiles.expand(List.of("@opts"), NAMES, directory))
                        .hasSizeLessThan(100);
            } catch (UsageError e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        });
    }

    private List<String> expand(String content) throws Exception {
        Files.writeString(directory.resolve("opts"), content);
        return OptionFiles.expand(List.of("@opts"), NAMES, directory);
    }

    private void assertRefused(String message, String content) {
        assertThatThrownBy(() -> expand(content)).isInstanceOf(UsageError.class).hasMessage(message);
    }
}
