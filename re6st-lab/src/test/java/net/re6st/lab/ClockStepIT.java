package net.re6st.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The clock of a node, an hour fast, steps back two hours. Neither must its peers refuse it, whose later secrets would look
 * older than those of before, nor must it refuse a peer that starts again and makes secrets by the right clock.
 */
@ExtendWith(KeepLogs.class)
@EnabledIfSystemProperty(named = "re6st.all", matches = "true", disabledReason = "long: bin/test --all")
final class ClockStepIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** A node that starts again makes itself known within a minute: no more than one hello0 is sent in that time. */
    private static final Duration HANDSHAKES = Duration.ofSeconds(75);

    @Test
    void peersGoOnTalkingToItAfterAStepBack() throws IOException {
        Path library = fakeTime().orElse(null);
        Assumptions.assumeTrue(library != null, "libfaketime is not installed");
        try (ReNetwork network = ReNetwork.build(NetworkPlan.of(2))) {
            // Certificates from yesterday: they must be valid for the slow clock, too.
            network.registry().setEnvironment(Map.of("LD_PRELOAD", library.toString(), "FAKETIME", "-1d"));
            network.startRegistry(List.of());
            network.enrol();
            network.registry().stop();
            network.registry().setEnvironment(Map.of());
            network.restartRegistry();

            LabNode node = network.node(2);
            Path offset = node.host().directory().resolve("clock");
            Files.writeString(offset, "+3600\n");
            network.probe();
            network.node(1).start();
            node.start(List.of(), clock(library, offset));
            network.awaitReachability(LIMIT);
            awaitSession(network, node);

            Files.writeString(offset, "-3600\n");
            network.node(1).kill();
            network.node(1).start();
            network.awaitReachability(LIMIT);
            awaitSession(network, node);
        }
    }

    /** The registry asks every node its version through authenticated messages of its own node. */
    private static void awaitSession(ReNetwork network, LabNode node) {
        String answer = "\"" + node.subnet().prefix().bits() + "\": \"";
        Await.until(
                node + " tells its version",
                HANDSHAKES,
                () -> network.registry().callOrFail("versions").contains(answer),
                () -> network.registry().callOrFail("versions"));
    }

    private static Map<String, String> clock(Path library, Path offset) {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FAKETIME_TIMESTAMP_FILE", offset.toString(),
                "FAKETIME_NO_CACHE", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "DONT_FAKE_MONOTONIC", "1");
    }

    private static Optional<Path> fakeTime() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
            return folders.map(folder -> folder.resolve("faketime/libfaketimeMT.so.1"))
                    .filter(Files::exists)
                    .findFirst();
        }
    }
}
