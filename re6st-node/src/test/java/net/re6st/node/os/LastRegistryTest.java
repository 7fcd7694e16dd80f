package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.re6st.rpc.RegistryUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastRegistryTest {
    private static final List<RegistryUrl> URLS =
            List.of(url("http://a/"), url("https://b:444/base/"), url("http://c"));

    @TempDir
    Path state;

    @Test
    void isFoundAgainWhereverItIsInTheList() {
        for (RegistryUrl url : URLS) {
            new LastRegistry(state).remember(url);
            assertThat(new LastRegistry(state).among(URLS)).isEqualTo(URLS.indexOf(url));
        }
        assertThat(new LastRegistry(state).among(List.of(URLS.get(2), URLS.get(1))))
                .isZero();
    }

    @Test
    void isTheFirstIfNothingOfUseIsWritten() throws IOException {
        Path file = state.resolve("registry");
        assertThat(new LastRegistry(state).among(URLS)).isZero();
        for (String text : List.of("", "http://elsewhere/", "\0", "x".repeat(5000))) {
            Files.writeString(file, text);
            assertThat(new LastRegistry(state).among(URLS)).as(text).isZero();
        }
        Files.delete(file);
        Files.createDirectory(file);
        assertThat(new LastRegistry(state).among(URLS)).isZero();
    }

    @Test
    void aDiskThatCanNotBeWrittenIsNoProblem() {
        LastRegistry nowhere = new LastRegistry(state.resolve("none"));
        nowhere.remember(URLS.get(1));
        assertThat(nowhere.among(URLS)).isZero();
    }

    private static RegistryUrl url(String text) {
        return RegistryUrl.parse(text).orElseThrow();
    }
}
