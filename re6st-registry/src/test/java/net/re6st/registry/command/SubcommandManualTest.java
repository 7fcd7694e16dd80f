package net.re6st.registry.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import net.re6st.testing.ManualPage;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** re6st-registry(1) and the subcommands' {@code --help} tell the same. */
class SubcommandManualTest {
    private static final String ALL = "Options of all subcommands";
    private static final String ON_DATABASE = "Options of all subcommands but init and migrate";

    @Test
    void describesEachWithItsOperandsAndOptions() throws IOException {
        ManualPage page = ManualPage.read("re6st-registry.1.rst");
        for (String name : Subcommands.names()) {
            CommandSpec spec = new CommandLine(Subcommands.options(name)).getCommandSpec();
            String title = name + operands(spec);
            assertThat(page.titles()).as("sections").contains(title);
            List<String> differences = name.equals("init") || name.equals("migrate")
                    ? page.differences(spec, title, ALL)
                    : page.differences(spec, title, ON_DATABASE, ALL);
            assertThat(differences).as(name).isEmpty();
        }
    }

    /** What follows the options in the synopsis. */
    private static String operands(CommandSpec spec) {
        String[] synopsis = spec.usageMessage().customSynopsis();
        return synopsis.length == 0 ? "" : synopsis[0].substring(synopsis[0].indexOf("[OPTIONS]") + 9);
    }
}
