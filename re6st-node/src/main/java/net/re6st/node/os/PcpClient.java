package net.re6st.node.os;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import net.re6st.core.port.PortMapper.Failure;
import net.re6st.core.port.PortMapper.Grant;
import net.re6st.core.port.PortMapper.Router;
import net.re6st.core.port.PortMapping;
import net.re6st.net.Bytes;
import net.re6st.net.Ip4;
import net.re6st.node.os.RouterCommand.Answer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a router for one port by PCP, and waits for its answer. In the calling thread, which may be interrupted.
 *
 * <p>A socket of its own for each request: connected, so that nobody else's datagrams come in, on a port that nobody can
 * guess, and without answers to an earlier one.
 */
final class PcpClient {
    private static final Logger LOG = LoggerFactory.getLogger(PcpClient.class);
    static final int PORT = 5351;

    /** The RFC begins with three seconds, for servers that may be far away. Doubled each time, as NAT-PMP does. */
    private static final Duration FIRST_RETRY = Duration.ofMillis(250);

    /** As the RFC has it: a router must not make us believe in a mapping for years. */
    private static final long MAX_LEASE_SECONDS = Duration.ofDays(1).toSeconds();

    private static final int CANNOT_PROVIDE_EXTERNAL = 11;

    private static final List<String> RESULTS = List.of(
            "success",
            "another version is needed",
            "not authorized",
            "malformed request",
            "unsupported opcode",
            "unsupported option",
            "malformed option",
            "network failure",
            "no resources",
            "unsupported protocol",
            "quota exceeded",
            "cannot provide this port",
            "there is another router in between",
            "too many remote peers");

    private final Function<String, Bytes> secrets;
    private final int serverPort;

    /** {@code secrets} tells what only we know, the same for the same purpose after a restart as well. */
    PcpClient(Function<String, Bytes> secrets, int serverPort) {
        this.secrets = secrets;
        this.serverPort = serverPort;
    }

    /** Makes or renews a mapping. */
    Answer map(Ip4 gateway, PortMapping mapping, Duration limit) throws InterruptedException {
        try {
            Bytes nonce = nonce(gateway, mapping);
            return exchange(gateway, client -> PcpRequest.map(client, nonce, mapping), limit)
                    .map(answer -> judged(gateway, answer))
                    .orElseGet(() -> Answer.failed(Failure.NO_ROUTER, "no router answers to PCP"));
        } catch (PortUnreachableException e) {
            return Answer.failed(Failure.NO_ROUTER, "no router answers to PCP");
        } catch (IOException e) {
            return Answer.failed(Failure.NO_ROUTER, "PCP can't be used (" + e.getMessage() + ")");
        }
    }

    /** Removes a mapping. */
    void unmap(Ip4 gateway, PortMapping mapping, Duration limit) throws InterruptedException {
        try {
            Bytes nonce = nonce(gateway, mapping);
            Optional<PcpRequest.Answer> answer =
                    exchange(gateway, client -> PcpRequest.unmap(client, nonce, mapping), limit);
            LOG.debug(
                    "PCP, removing: {}", answer.map(said -> text(said.result())).orElse("no answer"));
        } catch (IOException e) {
            LOG.debug("PCP: {}", e.toString());
        }
    }

    /** A daemon that follows, even one that was not told anything, can renew and remove what we have. */
    private Bytes nonce(Ip4 gateway, PortMapping mapping) {
        String protocol = mapping.transport().isTcp() ? "tcp" : "udp";
        return secrets.apply("PCP " + gateway + " " + protocol + " " + mapping.port())
                .slice(0, PcpRequest.NONCE_BYTES);
    }

    private static Answer judged(Ip4 gateway, PcpRequest.Answer answer) {
        if (answer.isOtherProtocol()) {
            return Answer.failed(Failure.NO_ROUTER, "the router does not speak PCP");
        } else if (answer.result() != PcpRequest.Answer.SUCCESS) {
            Failure failure = answer.result() == CANNOT_PROVIDE_EXTERNAL ? Failure.CONFLICT : Failure.REFUSED;
            return Answer.failed(failure, "the router refused, by PCP: " + text(answer.result()));
        } else if (answer.externalPort() == 0 || answer.lifetimeSeconds() == 0) {
            return Answer.failed(Failure.REFUSED, "the router gave a mapping that is none, by PCP");
        }
        int leaseSeconds = (int) Math.min(answer.lifetimeSeconds(), MAX_LEASE_SECONDS);
        LOG.debug("{} has known its mappings for {} s", gateway, answer.epochSeconds());
        Router router = new Router(
                RouterCommand.PCP, gateway.toString(), answer.externalIp().toString());
        return Answer.granted(new Grant(router, answer.externalPort(), leaseSeconds));
    }

    private static String text(int result) {
        return result < RESULTS.size() ? RESULTS.get(result) : "result " + result;
    }

    /** Empty if nothing valid came in time. */
    private Optional<PcpRequest.Answer> exchange(Ip4 gateway, Function<Ip4, PcpRequest> asking, Duration limit)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            channel.connect(new InetSocketAddress(address(gateway), serverPort));
            channel.register(selector, SelectionKey.OP_READ);
            InetSocketAddress own = (InetSocketAddress) channel.getLocalAddress();
            PcpRequest request = asking.apply(
                    Ip4.parse(own.getAddress().getHostAddress()).orElseThrow(() -> new IOException("no address")));
            ByteBuffer packet = request.encode().toBuffer();
            Duration retry = FIRST_RETRY;
            long now = System.nanoTime();
            while (end - now > 0) {
                channel.write(packet.rewind());
                Optional<PcpRequest.Answer> answer =
                        receive(channel, selector, request, Math.min(end, now + retry.toNanos()));
                if (answer.isPresent()) {
                    return answer;
                }
                retry = retry.multipliedBy(2);
                now = System.nanoTime();
            }
            return Optional.empty();
        }
    }

    /** What is no answer to this request is as if it had not come. */
    private static Optional<PcpRequest.Answer> receive(
            DatagramChannel channel, Selector selector, PcpRequest request, long end)
            throws IOException, InterruptedException {
        // One more than an answer may have, so that it shows when one is too long.
        ByteBuffer buffer = ByteBuffer.allocate(PcpRequest.MAX_BYTES + 1);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            selector.select(Math.max(1, Duration.ofNanos(left).toMillis()));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            selector.selectedKeys().clear();
            if (channel.read(buffer.clear()) > 0) {
                Optional<PcpRequest.Answer> answer = request.answer(Bytes.copyOf(buffer.flip()));
                if (answer.isPresent()) {
                    return answer;
                }
                LOG.debug("not an answer to what was asked by PCP");
            }
        }
        return Optional.empty();
    }

    private static InetAddress address(Ip4 ip) throws IOException {
        return InetAddress.getByAddress(
                ByteBuffer.allocate(4).putInt(ip.value()).array());
    }
}
