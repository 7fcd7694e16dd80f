package net.re6st.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.re6st.cli.Program;
import net.re6st.crypto.Certificates;
import net.re6st.crypto.DhParameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A node that is told to read its options again goes on as it is when they, or what they name, can't be used. */
class ChangedOptionsTest {
    private static final Program<NodeOptions> PROGRAM = Program.withOptionFiles("re6stnet", NodeOptions::new);

    @TempDir
    private Path folder;

    @BeforeEach
    void writeFiles() throws IOException {
        write("ca.crt", Certificates.authority().certificate().pem());
        write("cert.crt", Certificates.nodePem());
        write("cert.key", Certificates.nodeKeyPem());
        write("dh.pem", DhParameters.FFDHE2048);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "verbose 3",
                "pp 1194 tcp;pp 1194 tcp6",
                "pp 1194 udp;disable-proto none",
                "ip any;ip 2001:db8::1",
                "client example.com,1194,udp;client example.com,1194,tcp",
                "client example.com,1194,udp\\;example.com,1194,tcp",
                "dh FOLDER/dh.pem"
            })
    void goodOnesAreTaken(String lines) throws IOException {
        assertThat(problem(lines)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no-such-option           | unknown option",
                "pp 1194 udp              | --pp 1194 udp contradicts --disable-proto udp, which is the default",
                "pp 443 tcp4;disable-proto tcp | --pp 443 tcp4 contradicts --disable-proto tcp4",
                "ip any;ip 203.0.113.1    | exclude other addresses: any, 203.0.113.1",
                "ip 203.0.113.1,1194,tcp  | not one address",
                "ip '203.0.113.1 '        | not one address",
                "ip ''                    | not one address",
                "client example.com,1194,udp | every protocol there is disabled",
                "registry example.com     | not an http or https URL",
                "run /elsewhere           | --run can't change",
                "dh FOLDER/missing.pem    | missing.pem",
                "dh FOLDER/cert.crt       | no Diffie-Hellman parameters",
                "tls-ca FOLDER/missing.pem | missing.pem"
            })
    void othersAreNot(String lines, String problem) throws IOException {
        assertThat(problem(lines)).hasValueSatisfying(text -> assertThat(text).contains(problem));
    }

    @Test
    void norFilesThatCanNotBeUsed() throws IOException {
        write("cert.key", "");
        assertThat(problem("verbose 2"))
                .hasValueSatisfying(text -> assertThat(text).contains("cert.key is not the private key of"));
        write("cert.crt", "half a certifi");
        assertThat(problem("verbose 2"))
                .hasValueSatisfying(text -> assertThat(text).contains("cert.crt"));
        Files.delete(folder.resolve("ca.crt"));
        assertThat(problem("verbose 2"))
                .hasValueSatisfying(text -> assertThat(text).contains("ca.crt"));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** Lines are separated by semicolons that are not escaped. */
    private Optional<String> problem(String lines) throws IOException {
        Path file = write(
                "re6stnet.conf",
                """
                registry http://localhost/
                ca FOLDER/ca.crt
                cert FOLDER/cert.crt
                key FOLDER/cert.key
                """
                                .replace("FOLDER", folder.toString())
                        + lines.replaceAll("(?<!\\\\);", "\n")
                                .replace("\\;", ";")
                                .replace("FOLDER", folder.toString()));
        return NodeMain.problem(PROGRAM, List.of("@" + file), Path.of("/var/run/re6stnet"));
    }
}
