package net.re6st.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.re6st.cli.Program;
import net.re6st.cli.UsageError;
import net.re6st.config.NetworkParameters;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.net.Bytes;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.net.Subnet;
import net.re6st.node.PlanChange.Step;
import net.re6st.node.os.LinuxNetwork.Change;
import org.junit.jupiter.api.Test;

/** What a change of each parameter makes a node do, as text. */
class PlanChangeTest {
    private static final Bytes OWN_KEY = Bytes.ofHex("00112233445566778899aabbccddeeff");
    private static final Bytes KEY = Bytes.ofHex("ffeeddccbbaa99887766554433221100");
    private static final NetworkParameters BEFORE = NetworkParameters.EMPTY
            .with(Parameter.HELLO, Value.of(15))
            .with(Parameter.IPV4, Value.of("10.42.0.0/16"))
            .with(Parameter.IPV4_SUBLEN, Value.of(8));

    @Test
    void doesNothingForWhatTheCoreFollows() {
        assertThat(steps(BEFORE.with(Parameter.TUNNEL_REFRESH, Value.of(20)))).isEqualTo("");
        assertThat(steps(BEFORE.with(Parameter.MAX_CLIENTS, Value.of(3)))).isEqualTo("");
        assertThat(steps(BEFORE.with(Parameter.REGISTRY_PREFIX, Value.of("0101"))))
                .isEqualTo("");
        assertThat(steps(BEFORE.with(Parameter.MIN_PROTOCOL, Value.of(2)))).isEqualTo("");
    }

    @Test
    void countsClientProcesses() {
        assertThat(steps(BEFORE.with(Parameter.CLIENT_COUNT, Value.of(3)))).isEqualTo("TUNNEL_OPTIONS");
    }

    @Test
    void givesBabelOptionsToInterfacesThatAreThere() {
        assertThat(steps(BEFORE.with(Parameter.BABEL_DEFAULT, Value.of("rtt-max 300"))))
                .isEqualTo("ROUTING_OPTIONS INTERFACES");
        assertThat(steps(BEFORE.with(Parameter.HELLO, Value.of(5))))
                .isEqualTo("TUNNEL_OPTIONS ROUTING_OPTIONS INTERFACES");
    }

    @Test
    void renewsProcessesThatTakeSlowerHellosForSilence() {
        assertThat(steps(BEFORE.with(Parameter.HELLO, Value.of(30))))
                .isEqualTo("TUNNEL_OPTIONS ROUTING_OPTIONS INTERFACES");
        assertThat(steps(BEFORE.with(Parameter.HELLO, Value.of(31))))
                .isEqualTo("TUNNEL_OPTIONS ROUTING_OPTIONS SERVERS TUNNELS INTERFACES");
    }

    @Test
    void goesOnWithWhatARestartInterrupted() {
        NodePlan plan = plan(BEFORE);
        assertThat(PlanChange.interrupted(15, plan)).containsExactly(Step.INTERFACES);
        assertThat(PlanChange.interrupted(8, plan)).containsExactly(Step.INTERFACES);
        assertThat(PlanChange.interrupted(7, plan)).containsExactly(Step.SERVERS, Step.TUNNELS, Step.INTERFACES);
        assertThat(PlanChange.isMuchFaster(59, plan)).isFalse();
        assertThat(PlanChange.isMuchFaster(60, plan)).isTrue();
    }

    @Test
    void replacesKeysInPlaceAndInterfacesOnlyWhenTheyBecomeStrict() {
        NetworkParameters introduced = BEFORE.with(Parameter.BABEL_HMAC_SIGN, Value.of(KEY))
                .with(Parameter.BABEL_HMAC_ACCEPT, Value.of(Bytes.EMPTY));
        NetworkParameters strict = introduced.without(Parameter.BABEL_HMAC_ACCEPT);
        assertThat(steps(introduced)).isEqualTo("ROUTING_OPTIONS");
        assertThat(steps(introduced, strict)).isEqualTo("ROUTING_OPTIONS INTERFACES");
        assertThat(steps(strict, strict.with(Parameter.BABEL_HMAC_SIGN, Value.of(OWN_KEY))))
                .isEqualTo("ROUTING_OPTIONS");
    }

    @Test
    void replacesTunnelsToEncrypt() {
        assertThat(steps(BEFORE.with(Parameter.ENCRYPT, Value.of(true)))).isEqualTo("TUNNEL_OPTIONS TUNNELS");
    }

    /** Its only tunnel is kept by OpenVPN itself, which has options and certificates of its start. */
    @Test
    void startsTheTunnelOfAMereClientAgain() {
        String[] client = {"--client", "203.0.113.1,1194,tcp"};
        assertThat(steps(BEFORE, BEFORE.with(Parameter.ENCRYPT, Value.of(true)), client))
                .isEqualTo("TUNNEL_OPTIONS SERVERS TUNNELS");
        assertThat(steps(BEFORE, BEFORE.with(Parameter.HELLO, Value.of(31)), client))
                .isEqualTo("TUNNEL_OPTIONS ROUTING_OPTIONS SERVERS TUNNELS INTERFACES");
    }

    @Test
    void replacesAddresses() {
        assertThat(steps(BEFORE.without(Parameter.IPV4))).isEqualTo("TUNNEL_OPTIONS ROUTING_OPTIONS ADDRESSES");
        assertThat(steps(BEFORE.with(Parameter.IPV4_SUBLEN, Value.of(4))))
                .isEqualTo("TUNNEL_OPTIONS ROUTING_OPTIONS ADDRESSES");
    }

    @Test
    void restartsOnlyWhereNothingElseHelps() {
        assertThat(steps(BEFORE.with(Parameter.MAX_CLIENTS, Value.of(0)))).isEqualTo("RESTART");
        assertThat(steps(BEFORE, BEFORE.without(Parameter.IPV4), "-i", "eth0")).isEqualTo("RESTART");
        assertThat(steps(BEFORE, BEFORE.with(Parameter.HELLO, Value.of(5)), "-i", "eth0"))
                .isEqualTo("TUNNEL_OPTIONS ROUTING_OPTIONS INTERFACES");
    }

    /** A daemon that takes over undoes what is not on this list, and a route that goes and comes is withdrawn in between. */
    @Test
    void allThatAStartMakesIsThereToStay() {
        NodePlan plan = plan(BEFORE, "--table", "42");
        assertThat(plan.announced()).isPresent();
        assertThat(plan.undo())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(plan.payload(), List.of(plan.mainAddress(), plan.networkRoute()), plan.rules())
                                .flatMap(List::stream)
                                .map(Change::undo)
                                .toList());
    }

    private static String steps(NetworkParameters after) {
        return steps(BEFORE, after);
    }

    private static String steps(NetworkParameters before, NetworkParameters after, String... options) {
        return String.join(
                " ",
                PlanChange.steps(plan(before, options), plan(after, options), OWN_KEY).stream()
                        .map(Enum::name)
                        .toList());
    }

    private static NodePlan plan(NetworkParameters parameters, String... options) {
        List<String> words = new ArrayList<>(List.of("--registry", "http://registry.example.org/"));
        words.addAll(List.of("--ca", "ca.crt", "--cert", "cert.crt", "--key", "cert.key"));
        words.addAll(List.of(options));
        try {
            NodeOptions parsed =
                    Program.withOptionFiles("re6stnet", NodeOptions::new).parse(words, Path.of(""));
            Subnet subnet = new Subnet(new Network(0x2001_0db8_0042_0000L, 0, 48), Prefix.ofBits("0000000000000001"));
            return new NodePlan(parsed, subnet, 3, parameters, true);
        } catch (UsageError e) {
            throw new AssertionError(e);
        }
    }
}
