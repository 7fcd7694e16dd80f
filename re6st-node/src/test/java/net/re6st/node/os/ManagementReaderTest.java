package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.re6st.node.os.ManagementEvent.Client;
import net.re6st.node.os.ManagementEvent.Kind;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class ManagementReaderTest {
    private final ManagementReader reader = new ManagementReader();

    @Test
    void collectsTheEnvironmentOfAClient() {
        List<ManagementEvent> events = read(
                """
                >INFO:OpenVPN Management Interface Version 5
                >HOLD:Waiting for hold release:0
                >CLIENT:CONNECT,3,1
                >CLIENT:ENV,common_name=2/16
                >CLIENT:ENV,tls_serial_0=12
                >CLIENT:ENV,END
                """
                        .replace("\n", "\r\n"));

        assertThat(events)
                .containsExactly(
                        new ManagementEvent.Hold(),
                        new Client(Kind.CONNECT, 3, 1, Map.of("common_name", "2/16", "tls_serial_0", "12")));
    }

    @Test
    void tellsOtherEvents() {
        assertThat(read(">STATE:1,EXITING,auth-failure,,,,,\r\nSUCCESS: done\r\nERROR: no\r\n>FATAL:bad\r\n"))
                .containsExactly(
                        new ManagementEvent.State("EXITING", "auth-failure"),
                        new ManagementEvent.Reply(true, "done"),
                        new ManagementEvent.Reply(false, "no"),
                        new ManagementEvent.Fatal("bad"));
        assertThat(read(">CLIENT:DISCONNECT,7\r\n>CLIENT:ENV,END\r\n"))
                .containsExactly(new Client(Kind.DISCONNECT, 7, -1, Map.of()));
        assertThat(read("CLIENT_LIST\tUNDEF\t1.2.3.4:5\t\t\t0\t0\td\t1\tUNDEF\t4\t0\tnone\r\nEND\r\n"))
                .containsExactly(new ManagementEvent.Listed("UNDEF", "1.2.3.4:5", 4), new ManagementEvent.ListEnd());
    }

    @Test
    void callsNonsenseInvalid() {
        assertThat(read(">CLIENT:CONNECT,x,1\r\n>CLIENT:CONNECT\r\n>STATE:1\r\n"))
                .allMatch(event -> event instanceof ManagementEvent.Invalid)
                .hasSize(3);
        assertThat(read("y".repeat(100_000) + "\r\n")).hasSize(1);
        assertThat(read(">HOLD:x\r\n")).containsExactly(new ManagementEvent.Hold());
    }

    @Test
    void survivesAnyBytes() {
        String[] pieces = {
            ">CLIENT:",
            "CONNECT",
            "REAUTH",
            "ESTABLISHED",
            "DISCONNECT",
            "ENV",
            "END",
            ",",
            "1",
            "-1",
            "99999999999999999999",
            ">STATE:",
            ">UPDOWN:",
            "UP",
            "DOWN",
            "=",
            "common_name=2/16",
            ">FATAL:",
            ">HOLD:",
            "SUCCESS:",
            "ERROR:",
            "CLIENT_LIST\t",
            "\t",
            "END",
            "\r\n",
            "\n",
            "\r",
            ">",
            ":",
            "\0",
            "\u00ff"
        };
        Seeds.forEach(10_000, (seed, random) -> {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(60); i > 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            ManagementReader each = random.nextInt(10) == 0 ? new ManagementReader() : reader;
            byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
            ByteBuffer whole = ByteBuffer.wrap(bytes);
            int events = each.read(whole).size();
            assertThat(events).isLessThanOrEqualTo(bytes.length);
            assertThat(whole.hasRemaining()).isFalse();
        });
    }

    @Test
    void gettingOneByteAtATimeChangesNothing() {
        String text = ">UPDOWN:UP\r\n>UPDOWN:ENV,common_name=1/16\r\n>UPDOWN:ENV,END\r\n";
        List<ManagementEvent> events = new ArrayList<>();
        for (byte b : text.getBytes(StandardCharsets.US_ASCII)) {
            events.addAll(reader.read(ByteBuffer.wrap(new byte[] {b})));
        }
        assertThat(events).containsExactly(new ManagementEvent.UpDown(true, Map.of("common_name", "1/16")));
    }

    private List<ManagementEvent> read(String text) {
        return reader.read(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
