package net.re6st.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.re6st.crypto.Certificates;
import net.re6st.net.Bytes;
import net.re6st.rpc.FakeRegistry.Database;
import net.re6st.rpc.FakeRegistry.State;
import net.re6st.rpc.FakeRegistry.World;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client whose network has several registries: a, b, c. */
class RegistriesTest {
    private static final String REQUEST = "a certificate request";

    private final World world = new World();
    private final List<FakeRegistry> registries = new ArrayList<>();
    private final List<Integer> chosen = new ArrayList<>();
    private final List<Duration> waits = new ArrayList<>();

    @Test
    void oneThatAnswersIsKept() {
        RegistryClient client = client(3, 1, new Database());
        assertThat(call(client)).isEqualTo("result");
        assertThat(call(client)).isEqualTo("result");
        assertThat(requests()).containsExactly("b hello", "b getNetworkConfig", "b getNetworkConfig");
        assertThat(client.inUse()).isEqualTo(1);
        assertThat(chosen).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = State.class,
            names = {"GONE", "SILENT", "BEHIND_A_PROXY", "WAITING", "ANOTHER", "OTHER_NETWORK", "EMPTY"})
    void anotherIsAskedAndKept(State state) {
        RegistryClient client = client(2, 0, null);
        registries.get(0).state = state;
        assertThat(call(client)).isEqualTo("result");
        assertThat(requests()).containsExactly("a hello", "b hello", "b getNetworkConfig");
        assertThat(client.inUse()).isEqualTo(1);
        registries.get(0).state = State.WELL;
        assertThat(call(client)).isEqualTo("result");
        assertThat(requests()).containsExactly("b getNetworkConfig");
        assertThat(chosen).containsExactly(1);
        assertThat(waits).isEmpty();
    }

    @Test
    void aSessionGoesOnElsewhereIfTheDatabaseIsTheSame() {
        RegistryClient client = client(2, 0, new Database());
        call(client);
        requests();
        registries.get(0).state = State.GONE;
        assertThat(call(client)).isEqualTo("result");
        assertThat(requests()).containsExactly("a getNetworkConfig", "b getNetworkConfig");
    }

    @Test
    void aSessionBeginsAnewWhereItIsNotKnown() {
        RegistryClient client = client(2, 0, null);
        call(client);
        requests();
        registries.get(0).state = State.GONE;
        assertThat(call(client)).isEqualTo("result");
        assertThat(requests())
                .containsExactly("a getNetworkConfig", "b getNetworkConfig", "b hello", "b getNetworkConfig");
    }

    @Test
    void aCallWhoseAnswerWasLostIsMadeAgainElsewhere() {
        RegistryClient client = client(2, 0, new Database());
        call(client);
        requests();
        registries.get(0).state = State.MUTE;
        assertThat(call(client)).isEqualTo("result");
        assertThat(requests())
                .as("its secret was used up")
                .containsExactly("a getNetworkConfig", "b getNetworkConfig", "b hello", "b getNetworkConfig");
    }

    @Test
    void oneThatFailsJustAfterItsHelloIsLeft() {
        client(2, 0, null);
        FakeRegistry first = registries.get(0);
        List<Registries.Site> sites = List.of(
                site("a", (request, limit) -> {
                    first.state = request.toLatin1().contains("/hello?") ? State.WELL : State.GONE;
                    return first.exchange(request, limit);
                }),
                site("b", registries.get(1)));
        assertThat(call(client(sites, 0))).isEqualTo("result");
        assertThat(requests())
                .containsExactly(
                        "a hello", "a getNetworkConfig", "b getNetworkConfig", "b hello", "b getNetworkConfig");
    }

    @Test
    void oneThatProvedItselfIsNotLeftForRefusingACall() {
        client(2, 0, null);
        List<Registries.Site> sites = List.of(
                site(
                        "a",
                        (request, limit) -> request.toLatin1().contains("/hello?")
                                ? registries.get(0).exchange(request, limit)
                                : new ByteArrayInputStream(
                                        Bytes.ofLatin1("HTTP/1.1 400 no database\r\nContent-Length: 0\r\n\r\n")
                                                .toArray())),
                site("b", registries.get(1)));
        RegistryClient client = client(sites, 0);
        assertThat(client.call(RegistryApi.GET_COUNTRY, bits(), "192.0.2.1")).isInstanceOf(RegistryAnswer.Failed.class);
        assertThat(requests()).containsExactly("a hello");
        assertThat(client.inUse()).isZero();
    }

    @Test
    void failsWithEveryReasonOnceAllHadTheirTurn() {
        RegistryClient client = client(3, 2, null);
        registries.get(0).state = State.SILENT;
        registries.get(1).state = State.GONE;
        registries.get(2).state = State.GONE;
        assertThat(client.call(RegistryApi.GET_CA).problem())
                .isEqualTo("http://c: Connection refused; http://a: Read timed out; http://b: Connection refused");
        assertThat(requests()).containsExactly("c getCa", "a getCa", "b getCa");
        assertThat(client.inUse()).as("none is better").isEqualTo(2);
        registries.get(1).state = State.WELL;
        assertThat(client.call(RegistryApi.GET_CA).result()).isPresent();
        assertThat(chosen).containsExactly(1);
    }

    @Test
    void strangersAreAskedOnceEach() {
        RegistryClient client = client(3, 0, null);
        registries.forEach(registry -> registry.state = State.OTHER_NETWORK);
        assertThat(client.call(RegistryApi.GET_NETWORK_CONFIG, bits()).problem())
                .contains("not signed by the CA");
        assertThat(requests()).containsExactly("a hello", "b hello", "c hello");
        assertThat(client.inUse()).isZero();
    }

    @Test
    void waitsWhereAllAskForPatience() {
        RegistryClient client = client(2, 0, new Database());
        registries.forEach(registry -> registry.state = State.WAITING);
        assertThat(client.call(RegistryApi.GET_CA)).isInstanceOf(RegistryAnswer.Later.class);
        assertThat(requests()).containsExactly("a getCa", "b getCa", "a getCa", "b getCa", "a getCa", "b getCa");
        assertThat(waits).hasSize(2).allSatisfy(wait -> assertThat(wait).isLessThan(Duration.ofSeconds(5)));
    }

    @Test
    void theTimeOfOneCallIsSharedByAll() {
        RegistryClient client = client(3, 0, null);
        registries.forEach(registry -> registry.state = State.SILENT);
        client.call(RegistryApi.GET_CA);
        assertThat(world.limits)
                .containsExactly(Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(20));
        assertThat(Duration.ofNanos(world.nanos)).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void theTimeOfSeveralRequestsIsLimitedToo() {
        client(8, 0, null);
        // Of eight requests seven take their share of a minute for nothing, and one gets an answer that is none of
        // ours.
        List<Registries.Site> sites = IntStream.range(0, 8)
                .mapToObj(i -> site(name(i), (request, limit) -> {
                    FakeRegistry registry = registries.get(i);
                    registry.state = (world.requests.size() + 1) % 8 == 0 ? State.OTHER_NETWORK : State.SILENT;
                    return registry.exchange(request, limit);
                }))
                .toList();
        assertThat(call(client(sites, 0))).isEmpty();
        assertThat(Duration.ofNanos(world.nanos)).isBetween(Duration.ofMinutes(2), Duration.ofMinutes(3));
        assertThat(requests().size()).isLessThanOrEqualTo(8 * 8);
    }

    @Test
    void oneRegistryHasAllTheTime() {
        RegistryClient client = client(1, 0, null);
        registries.get(0).state = State.SILENT;
        assertThat(client.call(RegistryApi.GET_CA).problem()).isEqualTo("Read timed out");
        assertThat(world.limits).containsExactly(Duration.ofSeconds(60));
    }

    @Test
    void aCertificateForATokenIsAskedForElsewhereWhateverHappened() {
        for (State state : List.of(State.GONE, State.SILENT, State.MUTE, State.BEHIND_A_PROXY)) {
            RegistryClient client = client(2, 0, null);
            registries.get(0).state = state;
            assertThat(client.call(RegistryApi.REQUEST_CERTIFICATE, "token", REQUEST)
                            .result())
                    .as(state.toString())
                    .isPresent();
            assertThat(requests()).containsExactly("a requestCertificate", "b requestCertificate");
        }
    }

    @Test
    void whatCanNotBeRepeatedGoesElsewhereOnlyIfItWasNotSent() {
        for (State state : List.of(State.SILENT, State.MUTE, State.BEHIND_A_PROXY)) {
            Database shared = new Database();
            RegistryClient client = client(2, 0, shared);
            registries.get(0).state = state;
            assertThat(client.call(RegistryApi.REQUEST_CERTIFICATE, "", REQUEST))
                    .as(state.toString())
                    .isInstanceOf(RegistryAnswer.Failed.class);
            assertThat(shared.certificates).isLessThan(2);
            assertThat(client.call(RegistryApi.REQUEST_TOKEN, "me@example.org"))
                    .isInstanceOf(RegistryAnswer.Failed.class);
            assertThat(requests()).containsExactly("a requestCertificate", "a requestToken");
        }
        RegistryClient client = client(2, 0, null);
        registries.get(0).state = State.GONE;
        assertThat(client.call(RegistryApi.REQUEST_CERTIFICATE, "", REQUEST).result())
                .isPresent();
        assertThat(requests()).containsExactly("a requestCertificate", "b requestCertificate");
    }

    private RegistryClient client(int count, int first, @Nullable Database shared) {
        registries.clear();
        IntStream.range(0, count)
                .forEach(i ->
                        registries.add(new FakeRegistry(name(i), world, shared == null ? new Database() : shared)));
        return client(
                IntStream.range(0, count)
                        .mapToObj(i -> site(name(i), registries.get(i)))
                        .toList(),
                first);
    }

    private RegistryClient client(List<Registries.Site> sites, int first) {
        Registries all = new Registries(sites, first, () -> world.nanos, chosen::add);
        return RegistryClient.of(all, "re6stnet/1, test", waits::add)
                .as(Certificates.authority(), Certificates.credentials(), 10);
    }

    private static String name(int index) {
        return String.valueOf((char) ('a' + index));
    }

    private static Registries.Site site(String name, Registries.Transport transport) {
        return new Registries.Site(new RegistryUrl(false, name, 80, ""), transport);
    }

    private static String bits() {
        return Certificates.credentials().prefix().bits();
    }

    private static String call(RegistryClient client) {
        return client.call(RegistryApi.GET_NETWORK_CONFIG, bits())
                .result()
                .map(Bytes::toLatin1)
                .orElse("");
    }

    /** Since the last look. */
    private List<String> requests() {
        List<String> seen = List.copyOf(world.requests);
        world.requests.clear();
        return seen;
    }
}
