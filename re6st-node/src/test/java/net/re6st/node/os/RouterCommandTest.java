package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.re6st.core.port.PortMapper.Failure;
import net.re6st.core.port.PortMapper.Grant;
import net.re6st.core.port.PortMapper.Router;
import net.re6st.core.port.PortMapping;
import net.re6st.net.Transport;
import net.re6st.node.os.RouterCommand.Answer;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

/** Words and outputs of upnpc 2.2.4 and natpmpc 20150609, recorded with a miniupnpd 2.3.1. */
class RouterCommandTest {
    private static final PortMapping TCP = new PortMapping(1194, Transport.TCP, 40_000, 1500);
    private static final PortMapping UDP = new PortMapping(1194, Transport.UDP4, 40_000, 1500);
    private static final String URL = "http://192.168.3.1:5000/rootDesc.xml";

    private static final String HEAD =
            """
            upnpc : miniupnpc library test client, version 2.2.4.
             (c) 2005-2022 Thomas Bernard.
            Go to http://miniupnp.free.fr/ or https://miniupnp.tuxfamily.org/
            for more information.
            """;
    private static final String FOUND = HEAD
            + """
            List of UPNP devices found on the network :
             desc: http://192.168.3.77:80/printer.xml
             st: urn:schemas-upnp-org:device:Printer:1

             desc: http://192.168.3.1:5000/rootDesc.xml
             st: urn:schemas-upnp-org:device:InternetGatewayDevice:1

            """;
    private static final String KNOWN =
            """
            Found valid IGD : http://192.168.3.1:5000/ctl/IPConn
            Local LAN ip address : 192.168.3.2
            ExternalIPAddress = 11.51.100.1
            """;
    private static final String MAPPED = KNOWN
            + """
            InternalIP:Port = 192.168.3.2:1194
            external 11.51.100.1:40000 TCP is redirected to internal 192.168.3.2:1194 (duration=1500)
            """;

    @Test
    void wordsOfUpnpc() {
        assertThat(String.join("|", RouterCommand.upnpMap(null, TCP)))
                .isEqualTo("upnpc|-e|re6stnet (1194/tcp)|-a|@|1194|40000|TCP|1500");
        assertThat(String.join("|", RouterCommand.upnpMap(URL, UDP)))
                .isEqualTo("upnpc|-u|" + URL + "|-e|re6stnet (1194/udp4)|-a|@|1194|40000|UDP|1500");
        assertThat(String.join("|", RouterCommand.upnpUnmap(URL, TCP))).isEqualTo("upnpc|-u|" + URL + "|-d|40000|TCP");
        assertThat(String.join("|", RouterCommand.upnpUnmap(null, UDP))).isEqualTo("upnpc|-d|40000|UDP");
        assertThat(String.join("|", RouterListing.command(URL))).isEqualTo("upnpc|-u|" + URL + "|-l");
        assertThat(String.join("|", RouterListing.command(""))).isEqualTo("upnpc|-l");
    }

    @Test
    void wordsOfNatpmpc() {
        assertThat(String.join("|", RouterCommand.natPmpMap(TCP))).isEqualTo("natpmpc|-a|40000|1194|tcp|1500");
        assertThat(String.join("|", RouterCommand.natPmpUnmap(UDP))).isEqualTo("natpmpc|-a|0|1194|udp|0");
    }

    @Test
    void aMappingByUpnp() {
        Grant grant = new Grant(new Router("UPnP", URL, "11.51.100.1"), 40_000, 1500);
        assertThat(RouterCommand.upnpAnswer(FOUND + MAPPED, null, TCP)).isEqualTo(Answer.granted(grant));
        assertThat(RouterCommand.upnpAnswer(HEAD + MAPPED, URL, TCP)).isEqualTo(Answer.granted(grant));
    }

    @Test
    void aRouterThatIsNotAmongTheDevicesHasNoDescription() {
        String output = FOUND.replace("192.168.3.1:5000/rootDesc", "192.168.3.1:5001/rootDesc") + MAPPED;
        assertThat(RouterCommand.upnpAnswer(output, null, TCP).grant())
                .isEqualTo(new Grant(new Router("UPnP", "", "11.51.100.1"), 40_000, 1500));
    }

    @Test
    void aRouterThatCannotBeAskedAboutOneMappingStillMade() {
        String output = FOUND + KNOWN + "GetSpecificPortMappingEntry() failed with code 501 (Action Failed)\n";
        assertThat(RouterCommand.upnpAnswer(output, null, TCP).grant())
                .isEqualTo(new Grant(new Router("UPnP", URL, "11.51.100.1"), 40_000, 1500));
    }

    @Test
    void aPortOfSomebodyElseIsAConflict() {
        for (String code : new String[] {"718 (ConflictInMappingEntry)", "729 (ConflictWithOtherMechanisms)"}) {
            Answer answer = RouterCommand.upnpAnswer(
                    FOUND + KNOWN + "AddPortMapping(40000, 1194, 192.168.3.2) failed with code " + code + "\n",
                    null,
                    TCP);
            assertThat(answer.failure()).isEqualTo(Failure.CONFLICT);
            assertThat(answer.reason()).startsWith("the router refused port 40000: Conflict");
        }
    }

    @Test
    void aRouterMayRefuseOrWantNoLease() {
        String refusal = "AddPortMapping(40000, 1194, 192.168.3.2) failed with code ";
        Answer refused = RouterCommand.upnpAnswer(FOUND + KNOWN + refusal + "606 (Action not authorized)\n", null, TCP);
        assertThat(refused)
                .isEqualTo(
                        Answer.failed(Failure.REFUSED, "the router refused port 40000: Action not authorized (606)"));
        Answer permanent =
                RouterCommand.upnpAnswer(FOUND + KNOWN + refusal + "725 (OnlyPermanentLeasesSupported)\n", null, TCP);
        assertThat(permanent.onlyPermanent()).isTrue();
        assertThat(permanent.failure()).isEqualTo(Failure.REFUSED);
    }

    @Test
    void noRouterByUpnp() {
        for (String output : new String[] {
            "", "No IGD UPnP Device found on the network !\n" + HEAD, "connect: Connection refused\n" + HEAD
        }) {
            assertThat(RouterCommand.upnpAnswer(output, null, TCP).failure()).isEqualTo(Failure.NO_ROUTER);
        }
        // The second by versions that tell them apart.
        for (String found : List.of(
                "Found a (not connected?) IGD : http://192.168.3.1:5000/ctl/IPConn\n",
                "Found an IGD with a reserved IP address (100.64.1.2) : http://192.168.3.1:5000/ctl/IPConn\n")) {
            Answer unconnected = RouterCommand.upnpAnswer(
                    "No valid UPNP Internet Gateway Device found.\n" + FOUND + found, null, TCP);
            assertThat(unconnected.failure()).isEqualTo(Failure.REFUSED);
            assertThat(unconnected.reason()).contains("not connected, or has no public address");
        }
    }

    @Test
    void whatIsNotWhatWasAskedForIsNoMapping() {
        for (String[] change : new String[][] {
            {":40000 TCP", ":40001 TCP"},
            {"40000 TCP", "40000 UDP"},
            {"internal 192.168.3.2:1194", "internal 192.168.3.2:1195"},
            {"(duration=1500)", "(duration=1500) and more"},
            {"(duration=1500)", "(duration=-1)"},
            {"external 11.51.100.1", "external $(reboot)"}
        }) {
            String output = FOUND + MAPPED.replace(change[0], change[1]);
            assertThat(RouterCommand.upnpAnswer(output, null, TCP).grant())
                    .as(change[1])
                    .isNull();
        }
    }

    private static final String PMP_HEAD =
            """
            initnatpmp() returned 0 (SUCCESS)
            using gateway : 192.168.3.1
            sendpublicaddressrequest returned 2 (SUCCESS)
            """;
    private static final String PMP_MAPPED = PMP_HEAD
            + """
            readnatpmpresponseorretry returned 0 (OK)
            Public IP address : 11.51.100.1
            epoch = 28
            sendnewportmappingrequest returned 12 (SUCCESS)
            readnatpmpresponseorretry returned 0 (OK)
            Mapped public port 40002 protocol TCP to local port 1194 liftime 600
            epoch = 28
            closenatpmp() returned 0 (SUCCESS)
            """;

    @Test
    void aMappingByNatPmpMayHaveAnotherPortAndLease() {
        Grant grant = new Grant(new Router("NAT-PMP", "192.168.3.1", "11.51.100.1"), 40_002, 600);
        assertThat(RouterCommand.natPmpAnswer(PMP_MAPPED, TCP)).isEqualTo(Answer.granted(grant));
        assertThat(RouterCommand.natPmpAnswer(PMP_MAPPED.replace("liftime", "lifetime"), TCP))
                .isEqualTo(Answer.granted(grant));
    }

    @Test
    void whatNatpmpcMisreadsIsNoMapping() {
        // It takes an answer that comes twice for that to another question.
        String output = PMP_MAPPED.replace(
                "Mapped public port 40002 protocol TCP to local port 1194 liftime 600",
                "Mapped public port 356 protocol UNKNOWN to local port 13067 liftime 0");
        assertThat(RouterCommand.natPmpAnswer(output, TCP).failure()).isEqualTo(Failure.REFUSED);
        assertThat(RouterCommand.natPmpAnswer(PMP_MAPPED, UDP).grant()).isNull();
        assertThat(RouterCommand.natPmpAnswer(PMP_MAPPED.replace("40002", "70000"), TCP)
                        .grant())
                .isNull();
        assertThat(RouterCommand.natPmpAnswer(PMP_MAPPED.replace("liftime 600", "liftime 0"), TCP)
                        .grant())
                .isNull();
    }

    @Test
    void noMappingByNatPmp() {
        assertThat(RouterCommand.natPmpAnswer(PMP_HEAD, TCP).failure()).isEqualTo(Failure.NO_ROUTER);
        assertThat(RouterCommand.natPmpAnswer(
                                "readnatpmpresponseorretry() failed : the gateway does not support nat-pmp\n"
                                        + "  errno=111 'Connection refused'\n" + PMP_HEAD
                                        + "readnatpmpresponseorretry returned -7 (FAILED)\n",
                                TCP)
                        .failure())
                .isEqualTo(Failure.NO_ROUTER);
        Answer refused = RouterCommand.natPmpAnswer(
                "readnatpmpresponseorretry() failed : network failure\n  errno=0 'Success'\n" + PMP_HEAD, TCP);
        assertThat(refused)
                .isEqualTo(Answer.failed(Failure.REFUSED, "the router refused, by NAT-PMP: network failure"));
    }

    @Test
    void aListingNamesWhatLeadsToThisHost() {
        String output = HEAD + KNOWN
                + """
                 i protocol exPort->inAddr:inPort description remoteHost leaseTime
                 0 UDP  1024->192.168.3.2:1199  'NAT-PMP 1024 udp' '' 59
                 1 TCP 40001->192.168.3.2:1194  're6stnet (1194/tcp)' '' 604787
                 2 TCP 40002->192.168.3.9:1194  're6stnet (1194/tcp)' '' 604787
                GetGenericPortMappingEntry() returned 713 (SpecifiedArrayIndexInvalid)
                """;
        RouterListing listing = RouterListing.parse(output).orElseThrow();
        assertThat(listing.has(false, 1024, 1199)).isTrue();
        assertThat(listing.has(true, 40_001, 1194)).isTrue();
        assertThat(listing.has(true, 40_002, 1194)).isFalse();
        assertThat(listing.mappings()).hasSize(2);
        assertThat(RouterListing.parse("No IGD UPnP Device found on the network !\n" + HEAD))
                .isEmpty();
    }

    /** Routers write a part of these outputs. */
    @Test
    void anyOutputIsAnAnswer() {
        String[] outputs = {FOUND + MAPPED, PMP_MAPPED};
        Seeds.forEach(500, (seed, random) -> {
            StringBuilder text = new StringBuilder(outputs[random.nextInt(2)]);
            for (int i = random.nextInt(1, 20); i > 0; i--) {
                int at = random.nextInt(text.length());
                if (random.nextBoolean()) {
                    text.setCharAt(at, (char) random.nextInt(0, 300));
                } else {
                    text.delete(at, Math.min(text.length(), at + random.nextInt(30)));
                }
                text.append('9');
            }
            String output = text.toString();
            assertThat(RouterCommand.upnpAnswer(output, null, TCP)).isNotNull();
            assertThat(RouterCommand.natPmpAnswer(output, TCP)).isNotNull();
            assertThat(RouterListing.parse(output)).isNotNull();
        });
    }
}
