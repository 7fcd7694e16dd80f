package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import net.re6st.core.port.ClientId;
import net.re6st.net.Iface;
import net.re6st.net.Prefix;
import net.re6st.net.Remote;
import net.re6st.net.Transport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which processes are started again for what they read only at their start. Each stands for an OpenVPN that an earlier daemon
 * left; none follows it, as the loop stops when it ended.
 */
class OpenVpnProcessesTest {
    private static final long LIMIT_SECONDS = 60;
    private static final Remote REMOTE = new Remote("203.0.113.5", 1194, Transport.TCP);

    /** No such interface exists; they are not made, either. */
    private static final Iface STANDING = new Iface("re6none1");

    private static final Iface DIALLED = new Iface("re6none2");

    @TempDir
    private Path run;

    private final BlockingQueue<Iface> ended = new LinkedBlockingQueue<>();
    private final Commands commands = new Commands();
    private EventLoop loop;
    private RunRecord record;
    private OpenVpnProcesses tunnels;
    private Process standing;
    private Process dialled;
    private Thread thread;

    @BeforeEach
    void start() throws IOException {
        standing = new ProcessBuilder("sleep", "300").start();
        dialled = new ProcessBuilder("sleep", "300").start();
        loop = new EventLoop();
        record = new RunRecord(run);
        OpenVpnCommand command = new OpenVpnCommand(new OpenVpnCommand.Settings(
                OpenVpnVersion.parse("OpenVPN 2.6.14 x").orElseThrow(),
                run.resolve("ca.crt"),
                run.resolve("cert.crt"),
                run.resolve("cert.key"),
                null,
                run,
                null,
                true,
                60,
                TunnelIp4.NONE,
                List.of()));
        tunnels = new OpenVpnProcesses(loop, commands, new Children(record, loop), run, command, new Ends());
        Reconcile.Kept kept = Reconcile.Kept.nothing();
        kept.tunnels().put(STANDING, child(standing, STANDING, null, List.of("openvpn")));
        kept.tunnels()
                .put(
                        DIALLED,
                        child(dialled, DIALLED, "5/16", command.client(DIALLED, prefix(5), REMOTE))
                                .with(new RunState.Up("5/16", BigInteger.TEN, null)));
        tunnels.inherit(kept);
        thread = LoopThread.of(loop);
    }

    @AfterEach
    void end() throws Exception {
        loop.stop();
        thread.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
        commands.close();
        record.close();
        loop.close();
        standing.destroyForcibly();
        dialled.destroyForcibly();
    }

    private static RunState.Child child(Process process, Iface iface, @Nullable String peer, List<String> words) {
        long ticks = ProcFiles.startTicks(process.pid()).orElseThrow();
        return new RunState.Child(process.pid(), ticks, words, iface.name(), peer);
    }

    private static Prefix prefix(int number) {
        return Prefix.parseCn(number + "/16").orElseThrow();
    }

    @Test
    void theTunnelOfAMereClientIsStartedAgain() throws Exception {
        tunnels.keepClient(STANDING, List.of(REMOTE));
        assertRenewed();
    }

    @Test
    void serversAreStartedAgain() throws Exception {
        tunnels.serve(STANDING, Transport.TCP, 1194);
        assertRenewed();
    }

    private void assertRenewed() throws Exception {
        assertThat(tunnels.inheritance().tunnels()).hasSize(1);
        thread.start();
        assertThat(inLoop(tunnels::standing)).containsExactly(STANDING);
        loop.post(() -> {
            tunnels.renew(DIALLED);
            tunnels.renew(STANDING);
        });
        assertThat(ended.poll(LIMIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(STANDING);
        thread.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
        assertThat(tunnels.report().restarts()).as("it was no failure").isZero();
        assertThat(standing.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(dialled.isAlive()).isTrue();
    }

    private <T> T inLoop(Supplier<T> question) throws Exception {
        CompletableFuture<T> answer = new CompletableFuture<>();
        loop.post(() -> answer.complete(question.get()));
        return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private final class Ends implements TunnelEvents {
        @Override
        public void onTunnelUp(Iface iface, Prefix peer, BigInteger serial, @Nullable String externalIp) {}

        @Override
        public void onTunnelExit(Iface iface, String reason) {
            ended.add(iface);
        }

        @Override
        public void onClientConnecting(ClientId client, Prefix peer, BigInteger serial, String trustedIp) {}

        @Override
        public void onClientConnected(ClientId client, Prefix peer, BigInteger serial, String trustedIp) {}

        @Override
        public void onClientGone(ClientId client) {}

        @Override
        public void onServerRestarted(Iface server) {
            ended.add(server);
            loop.stop();
        }
    }
}
