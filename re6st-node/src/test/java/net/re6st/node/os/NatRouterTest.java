package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import net.re6st.core.port.PortMapper.Failure;
import net.re6st.core.port.PortMapper.Grant;
import net.re6st.core.port.PortMapping;
import net.re6st.net.Bytes;
import net.re6st.net.Transport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In which order the router's protocols are tried. {@code MappedPortsIT} does it with a real router. */
class NatRouterTest {
    private static final PortMapping MAPPING = new PortMapping(1194, Transport.TCP, 40_000, 1500);
    private static final String URL = "http://192.168.3.1:5000/rootDesc.xml";
    private static final String SEARCH = "upnpc -e";
    private static final String KNOWN = "upnpc -u " + URL + " -e";
    private static final String IGD = "Found valid IGD : http://192.168.3.1:5000/ctl/IPConn\n";
    private static final String MAPPED = " desc: " + URL + "\n" + IGD
            + "external 11.51.100.1:40000 TCP is redirected to internal 192.168.3.2:1194 (duration=1500)\n";
    private static final String PMP_MAPPED = "using gateway : 192.168.3.1\nPublic IP address : 11.51.100.1\n"
            + "Mapped public port 40000 protocol TCP to local port 1194 liftime 1500\n";

    private static final String ROUTES = "ip -4";
    private static final String DEFAULT_ROUTE = "default via 127.0.0.1 dev lo proto dhcp metric 100 \n";
    private static final String NO_GATEWAY = "there is no default gateway to ask by PCP";

    private final Map<String, String> outputs = new ConcurrentHashMap<>();
    private final List<String> commands = Collections.synchronizedList(new ArrayList<>());
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final PcpServer pcp = pcpServer();
    private final NatRouter router = new NatRouter(
            Runnable::run, new Recorder(), new PcpClient(PcpClientTest.secrets("a key"), pcp.port()), this::run);

    private static PcpServer pcpServer() {
        try {
            return new PcpServer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        pcp.close();
    }

    @Test
    void aRouterThatIsKnownIsAskedWithoutASearch() throws InterruptedException {
        outputs.put(SEARCH, MAPPED);
        outputs.put(KNOWN, MAPPED.substring(MAPPED.indexOf(IGD)));
        assertThat(map()).isEqualTo("UPnP 40000 1500");
        assertThat(map()).isEqualTo("UPnP 40000 1500");
        assertThat(commands).containsExactly(SEARCH, KNOWN);
    }

    @Test
    void aRouterThatMovedIsFoundAgain() throws InterruptedException {
        outputs.put(SEARCH, MAPPED);
        assertThat(map()).isEqualTo("UPnP 40000 1500");
        outputs.put(KNOWN, "connect: Connection refused\n");
        assertThat(map()).isEqualTo("UPnP 40000 1500");
        assertThat(commands).containsExactly(SEARCH, KNOWN, SEARCH);
    }

    @Test
    void pcpComesSecondAndFirstOnceItWorked() throws InterruptedException {
        outputs.put(SEARCH, "No IGD UPnP Device found on the network !\n");
        outputs.put(ROUTES, DEFAULT_ROUTE);
        pcp.thenAnswer(0, 1200, 40_003);
        assertThat(map()).isEqualTo("PCP 40003 1200");
        assertThat(map()).isEqualTo("PCP 40003 1200");
        assertThat(commands).containsExactly(SEARCH);
        router.unmap(MAPPING);
        router.close();
        assertThat(commands).containsExactly(SEARCH);
        assertThat(pcp.requests.get(2).slice(4, 8).toHex()).isEqualTo("00000000");
    }

    @Test
    void aRouterThatLostPcpIsAskedByTheOthers() throws InterruptedException {
        outputs.put(ROUTES, DEFAULT_ROUTE);
        pcp.thenAnswer(0, 1200, 40_000);
        assertThat(map()).isEqualTo("PCP 40000 1200");
        pcp.then((request, from) -> pcp.send(Bytes.ofHex("0081000100000010"), from));
        outputs.put("natpmpc -a", PMP_MAPPED);
        commands.clear();
        assertThat(map()).isEqualTo("NAT-PMP 40000 1500");
        assertThat(commands).containsExactly(SEARCH, "natpmpc -a");
        assertThat(map()).isEqualTo("NAT-PMP 40000 1500");
        assertThat(commands).containsExactly(SEARCH, "natpmpc -a", "natpmpc -a");
    }

    @Test
    void natPmpComesLastAndFirstOnceItWorked() throws InterruptedException {
        outputs.put(SEARCH, "No IGD UPnP Device found on the network !\n");
        outputs.put("natpmpc -a", PMP_MAPPED);
        assertThat(map()).isEqualTo("NAT-PMP 40000 1500");
        assertThat(map()).isEqualTo("NAT-PMP 40000 1500");
        assertThat(commands).containsExactly(SEARCH, "natpmpc -a", "natpmpc -a");
    }

    @Test
    void aConflictIsNotTriedWithTheOtherProtocol() throws InterruptedException {
        outputs.put(
                SEARCH,
                IGD + "AddPortMapping(40000, 1194, 192.168.3.2) failed with code 718 (ConflictInMappingEntry)\n");
        outputs.put("natpmpc -a", PMP_MAPPED);
        assertThat(map()).startsWith("CONFLICT the router refused port 40000");
        assertThat(commands).containsExactly(SEARCH);
    }

    @Test
    void theReasonIsThatOfARouterThatAnswered() throws InterruptedException {
        outputs.put(SEARCH, IGD + "AddPortMapping(40000, 1194, 192.168.3.2) failed with code 606 (no)\n");
        assertThat(map()).isEqualTo("REFUSED the router refused port 40000: no (606)");
        outputs.put(SEARCH, "");
        outputs.put("natpmpc -a", "readnatpmpresponseorretry() failed : network failure\n");
        assertThat(map()).isEqualTo("REFUSED the router refused, by NAT-PMP: network failure");
        outputs.put("natpmpc -a", "");
        assertThat(map())
                .isEqualTo("NO_ROUTER no router answers to UPnP, " + NO_GATEWAY + ", no router answers to NAT-PMP");
        outputs.put(ROUTES, DEFAULT_ROUTE);
        pcp.thenAnswer(8, 30, 40_000);
        assertThat(map()).isEqualTo("REFUSED the router refused, by PCP: no resources");
    }

    @Test
    void withoutThePrograms() throws InterruptedException {
        assertThat(map()).isEqualTo("NO_ROUTER upnpc can't be run, " + NO_GATEWAY + ", natpmpc can't be run");
        outputs.put(ROUTES, DEFAULT_ROUTE);
        pcp.thenAnswer(0, 1200, 40_003);
        assertThat(map()).isEqualTo("PCP 40003 1200");
    }

    @Test
    void aRouterThatKnowsNoLeasesIsAskedWithoutOne() throws InterruptedException {
        outputs.put(
                "upnpc -e re6stnet (1194/tcp) -a @ 1194 40000 TCP 1500",
                IGD + "AddPortMapping(40000, 1194, 192.168.3.2) failed with code 725 (OnlyPermanentLeasesSupported)\n");
        outputs.put("upnpc -e re6stnet (1194/tcp) -a @ 1194 40000 TCP 0", MAPPED.replace("=1500", "=0"));
        assertThat(map()).isEqualTo("UPnP 40000 0");
    }

    @Test
    void aMappingIsRemovedByTheProtocolThatMadeIt() throws InterruptedException {
        outputs.put(SEARCH, MAPPED);
        map();
        router.unmap(MAPPING);
        router.close();
        assertThat(commands.get(1)).isEqualTo("upnpc -u " + URL + " -d");
    }

    @Test
    void theEndInterruptsASearchAndRemovesWhatThereIs() throws InterruptedException {
        outputs.put(SEARCH, "hang");
        router.map(MAPPING);
        assertThat(hanging.await(20, TimeUnit.SECONDS)).isTrue();
        router.unmap(MAPPING);
        router.close();
        assertThat(commands).containsExactly(SEARCH, "upnpc -d");
        assertThat(events).isEmpty();
    }

    @Test
    void theEndWaitsForAShortTimeOnly() throws InterruptedException {
        outputs.put("upnpc -d", "hang");
        router.unmap(MAPPING);
        assertThat(hanging.await(20, TimeUnit.SECONDS)).isTrue();
        long begin = System.nanoTime();
        router.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(60));
    }

    @Test
    void realProgramsRunInEnglishForALimitedTime(@TempDir Path folder) throws Exception {
        Path program = script(folder, "echo \"$LC_ALL $1\"; exit 3");
        assertThat(NatRouter.run(List.of(program.toString(), "word"), Duration.ofSeconds(60)))
                .contains("C word\n");
        Path slow = script(folder, "echo begun; exec sleep 300");
        assertThat(NatRouter.run(List.of(slow.toString()), Duration.ofSeconds(1)))
                .isPresent();
        assertThat(NatRouter.run(List.of(folder + "/none"), Duration.ofSeconds(1)))
                .isEmpty();
    }

    @Test
    void packagesThatAreMissingAreNamed(@TempDir Path folder) throws IOException {
        assertThat(NatRouter.missingPackages("/nowhere:" + folder)).containsExactly("miniupnpc", "natpmpc");
        Files.move(script(folder, "exit 0"), folder.resolve("upnpc"));
        assertThat(NatRouter.missingPackages("/nowhere:" + folder)).containsExactly("natpmpc");
    }

    private static Path script(Path folder, String line) throws IOException {
        Path program = Files.writeString(folder.resolve("program"), "#!/bin/sh\n" + line + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return program;
    }

    private final CountDownLatch hanging = new CountDownLatch(1);

    /** The longest beginning that fits counts. */
    private Optional<String> run(List<String> words, Duration limit) throws InterruptedException {
        String command = String.join(" ", words);
        String begin =
                words.contains("-u") ? "upnpc -u " + URL + " " + words.get(3) : words.get(0) + " " + words.get(1);
        if (!begin.equals(ROUTES)) {
            commands.add(begin);
        }
        String output = outputs.getOrDefault(command, outputs.get(begin));
        if ("hang".equals(output)) {
            hanging.countDown();
            Thread.sleep(Duration.ofMinutes(5).toMillis());
        }
        return Optional.ofNullable(output);
    }

    private String map() throws InterruptedException {
        router.map(MAPPING);
        String event = events.poll(60, TimeUnit.SECONDS);
        return event == null ? "nothing" : event;
    }

    private final class Recorder implements NatRouter.Events {
        @Override
        public void onMapped(PortMapping mapping, Grant grant) {
            assertThat(mapping).isEqualTo(MAPPING);
            events.add(grant.router().protocol() + " " + grant.externalPort() + " " + grant.leaseSeconds());
        }

        @Override
        public void onMappingFailed(PortMapping mapping, Failure failure, String reason) {
            assertThat(mapping).isEqualTo(MAPPING);
            events.add(failure + " " + reason);
        }
    }
}
