package net.re6st.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.re6st.cli.Program;
import net.re6st.cli.UsageError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What expressions over the options are worth. */
final class OptionTestTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "main_interface != 'eth0' | 0",
                "main_interface == 'eth0' | 1",
                "client_count is None | 0",
                "max_clients is None | 1",
                "client_count is not None and gateway | 1",
                "not gateway | 0",
                "gateway or client_count > 7 | 1",
                "client_count < 7 and not multicast | 1",
                "client_count + 1 | 4",
                "main_interface in ['eth0', 'eth1'] | 1",
                "main_interface not in ['eth0', 'eth1'] | 0",
                "'203.0.113.7' in ip | 1",
                "main_interface == 'is not in None' | 0",
                "None | 0",
                "True | 1",
                "gateway == True | 1",
                "300 | 44"
            })
    void statusIsPythons(String expression, int status) throws UsageError {
        assertThat(OptionTest.status(expression, options())).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "main_interface =",
                "no_such_option == 1",
                "''.getClass()",
                "ip.clear()",
                "new('java.lang.Object')",
                "while(true);",
                "gateway = false",
                "('x'"
            })
    void whatIsNoTestIsRefusedInOneLine(String expression) {
        assertThatThrownBy(() -> OptionTest.status(expression, options()))
                .isInstanceOf(UsageError.class)
                .hasMessageStartingWith("--test " + expression)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void veryLongExpressionIsRefused() {
        assertThatThrownBy(() -> OptionTest.status("1+".repeat(2000) + "1", options()))
                .isInstanceOf(UsageError.class);
    }

    @Test
    void severalRegistriesAreAList() throws UsageError {
        NodeOptions two = options("--registry", "http://other.example/");
        assertThat(OptionTest.status("'http://other.example/' in registry", two))
                .isEqualTo(1);
        assertThat(OptionTest.status("registry == 'http://registry.example/'", options()))
                .isEqualTo(1);
    }

    private static NodeOptions options(String... more) throws UsageError {
        List<String> words = new ArrayList<>(List.of("--registry", "http://registry.example/", "--ca", "ca.crt"));
        words.addAll(List.of(more));
        words.addAll(List.of("--cert", "cert.crt", "--key", "cert.key", "-I", "eth0", "--gateway"));
        words.addAll(List.of("--client-count", "3", "--ip", "203.0.113.7"));
        return Program.withOptionFiles("re6stnet", NodeOptions::new).parse(words, Path.of(""));
    }
}
