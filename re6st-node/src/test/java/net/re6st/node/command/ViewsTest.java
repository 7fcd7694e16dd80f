package net.re6st.node.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import net.re6st.config.Json;
import net.re6st.config.Value;
import net.re6st.node.command.Terminal.Tone;
import net.re6st.node.control.ControlRequest;
import net.re6st.node.control.Snapshots;
import org.junit.jupiter.api.Test;

class ViewsTest {
    private final Views views = new Views(Terminal.plain());

    @Test
    void statusTellsWhatMatters() {
        assertThat(views.status(reply(ControlRequest.STATUS)))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("re6stnet 0.1.0 is running since 2027-01-15T08:00:00Z (2h0m), process "))
                .contains(
                        "node        1/16, 2001:db8:42:1::1 in 2001:db8:42::/48",
                        "registry    http://registry.example.com/ (one of 2), node 2/16, reachable",
                        "parameters  version 7 (behind by 1), protocol 10, hello 15 s, tunnels not encrypted",
                        "router      198.51.100.1 lets in 40000 for 1194 udp, 40001 for 1194 tcp, by UPnP",
                        "tunnels     1 up of 4 to dial, 1 served, 1 being replaced",
                        "lossy       re6stnet1 to 2/16: 5 % of probes lost, 1 % late",
                        "routes      17 nodes, 2 of them neighbours; 9 routes known",
                        "babeld      process 77, restarted 1 times",
                        "event loop  99 % of delays below 10 ms, longest 42 ms");
    }

    @Test
    void statusTellsOfCertificatesOnTwoMachines() {
        Value status = Json.parse(Json.write(Snapshots.answer(ControlRequest.STATUS))
                        .replace(
                                "\"clones\": []",
                                "\"clones\": [{\"prefix\": \"1/16\", \"own\": true, \"since\": \"NOON\"},"
                                        + " {\"prefix\": \"4/16\", \"own\": false, \"since\": \"DUSK\"}]"))
                .orElseThrow();
        assertThat(views.status(Reply.of(status)))
                .contains(
                        "CLONES      another machine has our certificate, that of 1/16 since NOON: see re6stnet doctor",
                        "CLONES      two machines are 4/16 since DUSK: see re6stnet doctor");
    }

    @Test
    void aTableHasColumnsAsWideAsTheirWords() {
        assertThat(views.routes(reply(ControlRequest.ROUTES)))
                .containsExactly(
                        "NODE  SUBNET              IFACE      THROUGH   METRIC",
                        "2/16  2001:db8:42:2::/64  re6stnet1  directly      96",
                        "4/16  2001:db8:42:4::/64  re6stnet1  2/16         196");
    }

    @Test
    void whatIsNotKnownIsADash() {
        assertThat(views.tunnels(reply(ControlRequest.TUNNELS)).get(2))
                .matches("re6stnet2 +4/16 +dialled +choosing +- +- +- +0 +- +- +- +-");
        assertThat(views.peers(reply(ControlRequest.PEERS)).get(2))
                .matches("4/16 +2001:db8:42:4::1 +- +- +- +- +\\(tried in vain\\)");
    }

    @Test
    void coloursAreForTerminalsThatWantThem() {
        assertThat(Terminal.of(true, Map.of("TERM", "xterm")).paint(Tone.BAD, "x"))
                .isEqualTo("\u001b[31mx\u001b[0m");
        assertThat(List.of(
                        Terminal.of(false, Map.of("TERM", "xterm")),
                        Terminal.of(true, Map.of("TERM", "dumb")),
                        Terminal.of(true, Map.of()),
                        Terminal.of(true, Map.of("TERM", "xterm", "NO_COLOR", "1"))))
                .allSatisfy(
                        terminal -> assertThat(terminal.paint(Tone.BAD, "x")).isEqualTo("x"));
    }

    @Test
    void quantitiesAreShort() {
        assertThat(List.of(Quantity.bytes(0), Quantity.bytes(999), Quantity.bytes(1234), Quantity.bytes(999_600)))
                .containsExactly("0", "999", "1.2k", "1.0M");
        assertThat(List.of(Quantity.duration(59), Quantity.duration(61), Quantity.duration(90_000)))
                .containsExactly("59s", "1m1s", "1d1h");
        assertThat(List.of(Quantity.millis(0.44), Quantity.millis(12.3), Quantity.millis(Double.NaN)))
                .containsExactly("0.4", "12", "");
    }

    static Reply reply(ControlRequest request) {
        Value answer = Snapshots.answer(request);
        // As it comes through the socket.
        return Reply.of(Json.parse(Json.write(answer)).orElseThrow());
    }
}
