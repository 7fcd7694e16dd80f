package net.re6st.node.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.re6st.config.Json;
import net.re6st.node.control.ControlRequest;
import net.re6st.node.control.Snapshots;
import org.junit.jupiter.api.Test;

class TopScreenTest {
    private final TopScreen screen = new TopScreen(Terminal.plain());
    private final Reply status = ViewsTest.reply(ControlRequest.STATUS);

    @Test
    void fitsTheTerminalAndSaysWhatIsLeftOut() {
        for (int rows = 1; rows < 30; rows++) {
            for (int columns : new int[] {10, 40, 80, 200}) {
                List<String> frame = screen.frame(status, tunnels(0), 1, rows, columns);
                assertThat(frame).hasSizeLessThanOrEqualTo(rows);
                assertThat(frame).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(columns));
            }
        }
        assertThat(screen.frame(status, tunnels(0), 1, 8, 80)).contains("... and 3 more", "q quits");
    }

    @Test
    void everyColumnFitsInEighty() {
        List<String> frame = screen.frame(status, tunnels(0), 1, 24, 80);
        assertThat(frame.get(4)).endsWith("IN/s  OUT/s");
        assertThat(frame).hasSize(10).last().isEqualTo("q quits");
    }

    @Test
    void bytesPerSecondAreThoseSinceTheFrameBefore() {
        screen.frame(status, tunnels(0), 1_000_000_000L, 24, 80);
        List<String> second = screen.frame(status, tunnels(3000), 3_000_000_000L, 24, 80);
        assertThat(second.get(5)).startsWith("re6stnet1").endsWith("1.5k      0");
        List<String> again = screen.frame(status, tunnels(-1_000_000), 5_000_000_000L, 24, 80);
        assertThat(again.get(5)).as("an interface that was made again").endsWith("-      0");
    }

    private static Reply tunnels(long more) {
        String json = Json.write(Snapshots.answer(ControlRequest.TUNNELS))
                .replace("\"receivedBytes\": 1234567", "\"receivedBytes\": " + (1_234_567 + more));
        return Reply.of(Json.parse(json).orElseThrow());
    }
}
