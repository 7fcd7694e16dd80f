package net.re6st.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Option;

class ManualPageTest {
    private static final String PAGE =
            """
            OPTIONS
            =======

            ``--file FILE``
                Required. A file.

            ``-n N``, ``--number N``
                How many, of which
                there may be several. Default: 3.

            ``--name NAME``
                A name. May be repeated. Default: that of the host.

            ``--pair A B``
                Two.

            ``--flag``
                Something.
            """;

    @SuppressWarnings("unused")
    private static final class Options {
        @Option(names = "--file", paramLabel = "FILE", required = true, description = "A file.")
        private String file = "";

        @Option(
                names = {"-n", "--number"},
                paramLabel = "N",
                description = "How many (default: ${DEFAULT-VALUE}).")
        private int number = 3;

        @Option(
                names = "--name",
                paramLabel = "NAME",
                description = "A name (default: that of the host); may be repeated.")
        private List<String> name = new ArrayList<>();

        @Option(names = "--pair", paramLabel = "A B", arity = "2", description = "Two.")
        private List<String> pair = new ArrayList<>();

        @Option(names = "--flag", description = "Something.")
        private boolean flag;
    }

    @Test
    void agreesWithTheOptionsItDescribes() {
        assertThat(differences(PAGE)).isEmpty();
    }

    @Test
    void findsEachDifference() {
        assertThat(differences(PAGE.replace("--flag", "--flags")))
                .containsExactly("missing: ``--flag``", "unknown: ``--flags``");
        assertThat(differences(PAGE.replace("``--file FILE``", "``--file DIR``")))
                .containsExactly("unknown: ``--file DIR``", "missing: ``--file FILE``");
        assertThat(differences(PAGE.replace("Default: 3.", "Default: 4.")))
                .containsExactly("``-n N``, ``--number N``: its default is '3', the page says '4'");
        assertThat(differences(PAGE.replace("Default: that of the host.", "")))
                .containsExactly("``--name NAME``: its default is 'that of the host', the page says ''");
        assertThat(differences(PAGE.replace("Required. ", ""))).containsExactly("``--file FILE``: is required");
        assertThat(differences(PAGE.replace("Something.", "Required. Something.")))
                .containsExactly("``--flag``: is not required");
        assertThat(differences(PAGE.replace("May be repeated. ", "")))
                .containsExactly("``--name NAME``: may be repeated");
        assertThat(differences(PAGE.replace("Two.", "Two. May be repeated.")))
                .containsExactly("``--pair A B``: may not be repeated");
    }

    @Test
    void refusesASectionThatIsNotThere() {
        assertThatThrownBy(() -> ManualPage.of(List.of()).differences(spec(), "OPTIONS"))
                .hasMessage("no section OPTIONS");
    }

    private static List<String> differences(String page) {
        return ManualPage.of(page.lines().toList()).differences(spec(), "OPTIONS");
    }

    private static CommandLine.Model.CommandSpec spec() {
        return new CommandLine(new Options()).getCommandSpec();
    }
}
