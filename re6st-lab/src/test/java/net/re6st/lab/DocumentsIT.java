package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every document is clean reStructuredText, and every manual page a manual page. */
final class DocumentsIT {
    private static final Path ROOT =
            Path.of(System.getProperty("re6st.root", "..")).toAbsolutePath();

    @Test
    void docutilsUnderstandsEach() throws IOException {
        Requirements.check(Map.of("rst2man", "python3-docutils"));
        List<String> words = new ArrayList<>(List.of("/usr/bin/python3", "-"));
        words.addAll(pages());
        assertThat(words).hasSizeGreaterThan(50);
        try (InputStream script = DocumentsIT.class.getResourceAsStream("check-documents.py")) {
            assertThat(script).isNotNull();
            Command.Result result = Command.of(words)
                    .input(new String(script.readAllBytes(), StandardCharsets.UTF_8))
                    .within(Duration.ofMinutes(2))
                    .run();
            assertThat(result.status()).as(result.output()).isZero();
        }
    }

    /** All of them, also those for who changes the programs. */
    private static List<String> pages() throws IOException {
        List<String> pages = new ArrayList<>();
        for (String folder : List.of("", "docs", "docs/decisions")) {
            try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
                files.map(Path::toString).filter(name -> name.endsWith(".rst")).forEach(pages::add);
            }
        }
        return pages;
    }
}
