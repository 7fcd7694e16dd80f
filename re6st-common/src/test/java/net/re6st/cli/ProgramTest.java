package net.re6st.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class ProgramTest {
    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void captureOutput() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restoreOutput() {
        System.setOut(realOut);
        System.setErr(realErr);
    }

    @Test
    void acceptsUnambiguousBeginningsOfLongNames() throws UsageError {
        assertThat(parse("--client-c", "3").clientCount).isEqualTo(3);
        assertThat(parse("--m=7").maxClients).isEqualTo(7);
        assertThat(parse("--client", "a,1,udp").client).isEqualTo("a,1,udp");
    }

    @Test
    void refusesAmbiguousAndUnknownNames() {
        assertRefused("ambiguous option: --c could be --client or --client-count", "--c", "3");
        assertRefused("ambiguous option: --ver could be --verbose or --version", "--ver", "3");
        assertRefused("unknown option: --clientcount", "--clientcount", "3");
        assertRefused("unknown option: -x", "-x");
        assertRefused("unexpected argument: yes", "--gateway", "yes");
        assertRefused("option --gateway takes no value", "--gateway=yes");
    }

    @Test
    void readsAttachedValues() throws UsageError {
        assertThat(parse("--up=-x=1 2").up).isEqualTo("-x=1 2");
        assertThat(parse("--up=").up).isEmpty();
        assertThat(parse("--up", "").up).isEmpty();
        assertThat(parse("-O--verb", "-O3", "-O", "a", "-O=b").openvpn).containsExactly("--verb", "3", "a", "b");
        assertThat(parse("-gv4").verbose).isEqualTo(4);
        assertThat(parse("-O--a=b").openvpn).containsExactly("--a=b");
        assertThat(parse("-4=").bind4).isEmpty();
        assertThat(parse("-O\"a\"", "-O${sys:user.name}").openvpn).containsExactly("\"a\"", "${sys:user.name}");
    }

    @Test
    void refusesWordsWithDashesAsValues() {
        assertRefused("option --up needs a value", "--up", "--gateway");
        assertRefused("option --up needs a value", "--up");
        assertRefused("option -O needs a value", "-O", "--verb");
        assertRefused("option --pp needs 2 values", "--pp", "1194");
        assertRefused("unexpected argument: tcp", "--pp", "1194", "udp", "tcp");
        assertRefused("option --client-count needs a value", "--client-count", "-5");
    }

    @Test
    void acceptsSentencesThatStartWithADash() throws UsageError {
        assertThat(parse("--up", "-x is fine").up).isEqualTo("-x is fine");
        assertRefused("option --up needs a value", "--up", "-v 3");
    }

    @Test
    void theLastOfASingleOptionCountsAndListsGrow() throws UsageError {
        Options options = parse("-v", "3", "--pp", "1", "udp", "-v1", "--pp", "2", "tcp", "--disable", "udp", "tcp");
        assertThat(options.verbose).isEqualTo(1);
        assertThat(options.pp).containsExactly("1", "udp", "2", "tcp");
        assertThat(options.disabled).containsExactly("udp", "tcp");
    }

    @Test
    void refusesValuesOfTheWrongType() {
        assertThatThrownBy(() -> parse("--client-count", "x"))
                .isInstanceOf(UsageError.class)
                .hasMessageContaining("--client-count")
                .hasMessageContaining("x");
    }

    @Test
    void whatFollowsTwoDashesIsHandedOverUnread() throws UsageError {
        assertThat(parse("--gateway", "--", "--verb", "3").rest).containsExactly("--verb", "3");
    }

    @Test
    void hidesPasswordsInItsDescription() throws UsageError {
        assertThat(parse("--smtp-pwd", "s3cret", "-v4").toString())
                .contains("--smtp-pwd=(hidden)", "--verbose=4")
                .doesNotContain("s3cret");
    }

    @Test
    void showsHelpAndVersionWithStatus0() {
        assertThat(run("--help", "--nonsense")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("Usage: prog", "--client-count", "How much to log (2).");
        out.reset();
        assertThat(run("-v", "1", "--vers")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8).strip()).isEqualTo(Version.SOFTWARE);
    }

    @Test
    void saysInOneLineWhatIsWrongWithACommandLine() {
        assertThat(run("--nonsense")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8).strip())
                .isEqualTo("prog: unknown option: --nonsense (try --help)");
    }

    @Test
    void turnsEveryEndingIntoAStatus() {
        Program<Options> program = Program.of("prog", Options::new);
        assertThat(program.run(new String[0], options -> 5)).isEqualTo(5);
        assertThat(program.run(new String[0], options -> {
                    throw new Failure(3, "no such interface: eth7");
                }))
                .isEqualTo(3);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("prog: no such interface: eth7");
        assertThat(program.run(new String[0], options -> {
                    throw new IllegalStateException("a bug");
                }))
                .isEqualTo(1);
    }

    private static Options parse(String... argv) throws UsageError {
        return Program.of("prog", Options::new).parse(List.of(argv), Path.of(""));
    }

    private static int run(String... argv) {
        return Program.of("prog", Options::new).run(argv, options -> 0);
    }

    private static void assertRefused(String message, String... argv) {
        assertThatThrownBy(() -> parse(argv)).isInstanceOf(UsageError.class).hasMessage(message);
    }

    @Command
    static final class Options extends ProgramOptions {
        @Option(
                names = {"-v", "--verbose"},
                description = "How much to log (${DEFAULT-VALUE}).")
        int verbose = 2;

        @Option(names = "--client-count")
        Integer clientCount;

        @Option(names = "--max-clients")
        Integer maxClients;

        @Option(names = "--client")
        String client;

        @Option(names = {"-g", "--gateway"})
        boolean gateway;

        @Option(names = "--up")
        String up;

        @Option(names = "-4")
        String bind4 = "0.0.0.0";

        @Option(names = "-O")
        List<String> openvpn = new ArrayList<>();

        @Option(names = "--pp", arity = "2")
        List<String> pp = new ArrayList<>();

        @Option(names = "--disable-proto", arity = "1..*")
        List<String> disabled = new ArrayList<>();

        @Option(names = "--smtp-pwd")
        Password password;

        List<String> rest = List.of();

        @Override
        protected void complete(List<String> after) {
            rest = after;
        }
    }
}
