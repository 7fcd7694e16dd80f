package net.re6st.registry.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import net.re6st.net.Prefix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeStatusTest {
    @TempDir
    private Path directory;

    private final AtomicReference<String> asked = new AtomicReference<>("");

    /** What is understood of a node that answers so, in these pieces. */
    private List<Prefix> cloned(String... answer) throws Exception {
        Path socket = directory.resolve("control.sock");
        java.nio.file.Files.deleteIfExists(socket);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Thread node = new Thread(() -> answer(server, answer));
            node.setDaemon(true);
            node.start();
            List<Prefix> cloned = List.copyOf(new NodeStatus(socket).cloned());
            node.join(10_000);
            return cloned;
        }
    }

    private void answer(ServerSocketChannel server, String... answer) {
        try (SocketChannel client = server.accept()) {
            ByteBuffer question = ByteBuffer.allocate(1024);
            client.read(question);
            asked.set(new String(question.array(), 0, question.position(), StandardCharsets.US_ASCII));
            for (String piece : answer) {
                client.write(ByteBuffer.wrap(piece.getBytes(StandardCharsets.US_ASCII)));
            }
        } catch (IOException e) {
            asked.set(e.toString());
        }
    }

    @Test
    void asksForTheClonesThatTheNodeReports() throws Exception {
        assertThat(cloned(
                        "{\"kind\": \"status\", \"clones\": [{\"prefix\": \"4/1",
                        "6\", \"own\": false}, {\"prefix\": \"2/16\"}]}\n"))
                .containsExactly(
                        Prefix.parseCn("2/16").orElseThrow(),
                        Prefix.parseCn("4/16").orElseThrow());
        assertThat(asked.get()).isEqualTo("{\"version\": 1, \"request\": \"status\"}\n");
    }

    @Test
    void whateverElseItSaysIsNothing() throws Exception {
        for (String answer : new String[] {
            "",
            "\n",
            "{\"clones\": [{\"prefix\": \"4/16\"}]}",
            "[]\n",
            "{\"clones\": 1}\n",
            "{\"clones\": [1, {}, {\"prefix\": 4}, {\"prefix\": \"four\"}]}\n",
            "x".repeat(2_000_000)
        }) {
            assertThat(cloned(answer)).as(answer).isEmpty();
        }
    }

    @Test
    void aNodeThatIsNotThereSaysNothing() {
        assertThat(new NodeStatus(directory.resolve("nothing")).cloned()).isEmpty();
    }
}
