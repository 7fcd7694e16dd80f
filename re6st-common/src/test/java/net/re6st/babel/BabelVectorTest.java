package net.re6st.babel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.re6st.babel.BabelDump.Neighbour;
import net.re6st.babel.BabelDump.Route;
import net.re6st.net.Bytes;
import net.re6st.net.Ip6;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.testing.Vectors;
import org.junit.jupiter.api.Test;

class BabelVectorTest {
    private final JsonObject file = Vectors.json("babel.json");

    @Test
    void readsDumpsInPiecesOfAnySize() {
        Vectors.forEach(file, "dumps", vector -> {
            List<BabelPacket> packets = read(BabelPacketReader.ofAnswers(), Vectors.strings(vector.get("received")));
            List<BabelDump> dumps = packets.stream()
                    .map(BabelDump::of)
                    .flatMap(Optional::stream)
                    .toList();
            for (BabelDump dump : dumps) {
                assertThat(packets).contains(dump.toPacket());
            }
            Network network =
                    Network.parseBits(vector.get("network_bits").getAsString()).orElseThrow();
            if (Vectors.has(vector, "reference_raises")) {
                assertFails(vector.get("reference_raises").getAsString(), packets, network);
            } else {
                assertThat(dumps).hasSize(vector.get("dumps_completed").getAsInt());
                assertSame(dumps.get(dumps.size() - 1), network, vector);
            }
        });
    }

    @Test
    void writesRequests() {
        Vectors.forEach(file, "requests", vector -> {
            String kind = vector.get("request").getAsString();
            BabelRequest request;
            if (vector.has("argument")) {
                assertThat(kind).isEqualTo("dump");
                request = new BabelRequest.Dump(vector.get("argument").getAsInt());
                assertThat(request).isEqualTo(BabelRequest.Dump.USUAL);
            } else {
                assertThat(kind).isEqualTo("set cost multiplier");
                request = new BabelRequest.CostMultiplier(
                        Ip6.of(Bytes.ofHex(vector.get("address").getAsString()), 0),
                        vector.get("ifindex").getAsLong(),
                        vector.get("multiplier").getAsInt());
            }
            assertThat(request.toPacket().encode().toHex())
                    .isEqualTo(vector.get("hex").getAsString());
            assertThat(BabelRequest.of(request.toPacket())).contains(request);
        });
    }

    @Test
    void speaksBothSidesOfAConversation() {
        BabelPacketReader server = BabelPacketReader.ofRequests();
        BabelPacketReader client = BabelPacketReader.ofAnswers();
        List<BabelRequest> asked = new ArrayList<>();
        boolean[] first = {true};
        Vectors.forEach(file, "conversation", step -> {
            if (step.has("client_sends")) {
                String hex = step.get("client_sends").getAsString();
                asked.clear();
                for (BabelPacket packet : read(server, List.of(hex))) {
                    asked.add(BabelRequest.of(packet).orElseThrow());
                }
                String greeting = first[0] ? String.format("%02x", BabelPacket.GREETING) : "";
                first[0] = false;
                assertThat(greeting
                                + asked.stream()
                                        .map(request ->
                                                request.toPacket().encode().toHex())
                                        .collect(Collectors.joining()))
                        .isEqualTo(hex);
            } else if (step.has("server_sends")) {
                assertAnswers(client, step.get("server_sends").getAsString(), asked);
            } else if (step.has("server")) {
                assertThat(step.get("server").getAsString()).isEqualTo("closes");
                assertThat(step.get("reference_raises").getAsString()).isEqualTo("ConnectionClosed");
            } else {
                // A socket that can't be reached: our registry takes one empty dump.
                assertThat(step.get("dumps").getAsInt()).isEqualTo(1);
                assertThat(step.get("neighbours").getAsInt())
                        .isEqualTo(BabelDump.EMPTY.neighbours().size());
            }
        });
    }

    /** The server of the recording answers at least the first request; to a cost it says 0, as we do. */
    private static void assertAnswers(BabelPacketReader client, String hex, List<BabelRequest> asked) {
        List<BabelPacket> answers = read(client, List.of(hex));
        assertThat(answers).isNotEmpty();
        for (BabelPacket answer : answers) {
            if (answer.type() == BabelPacket.DUMP) {
                assertThat(asked).contains(BabelRequest.Dump.USUAL);
                BabelDump dump = BabelDump.of(answer).orElseThrow();
                assertThat(dump.answer(BabelRequest.Dump.USUAL)).isEqualTo(answer);
                assertThat(dump.routes()).allMatch(Route::isInstalled);
            } else {
                assertThat(asked).hasAtLeastOneElementOfType(BabelRequest.CostMultiplier.class);
                assertThat(answer).isEqualTo(BabelPacket.flags(0));
            }
        }
    }

    /** Why the original fails; we go on with what makes sense. */
    private static void assertFails(String exception, List<BabelPacket> packets, Network network) {
        if (packets.stream().anyMatch(packet -> packet.type() > BabelPacket.COST_MULTIPLIER)) {
            assertThat(exception).isEqualTo("KeyError");
            return;
        }
        BabelDump dump = BabelDump.of(packets.get(packets.size() - 1)).orElseThrow();
        Set<Link> links = dump.neighbours().stream().map(Link::of).collect(Collectors.toSet());
        boolean asserted = dump.routes().stream()
                .anyMatch(route -> !route.isInstalled() || !route.nextHop().equals(route.neighbour()));
        boolean unknown = dump.routes().stream().anyMatch(route -> !links.contains(Link.of(route)));
        Set<Long> named =
                dump.interfaces().stream().map(BabelDump.Interface::index).collect(Collectors.toSet());
        boolean unnamed = dump.neighbours().stream().anyMatch(neighbour -> !named.contains(neighbour.ifindex()));
        assertThat(exception).isEqualTo(asserted ? "AssertionError" : "KeyError");
        assertThat(asserted || unknown || unnamed).isTrue();
        assertThat(dump.reachable(network).isEmpty()).isEqualTo(asserted || unknown);
    }

    private static void assertSame(BabelDump dump, Network network, JsonObject vector) {
        Map<Long, String> names = new HashMap<>();
        for (JsonArray one : Vectors.rows(vector.get("interfaces"))) {
            names.put(one.get(0).getAsLong(), one.get(1).getAsString());
        }
        assertThat(dump.interfaces().stream()
                        .collect(Collectors.toMap(BabelDump.Interface::index, BabelDump.Interface::name)))
                .isEqualTo(names);
        assertThat(dump.reachable(network).stream().map(Prefix::bits).toList())
                .containsExactlyInAnyOrderElementsOf(Vectors.strings(vector.get("all_prefixes")));

        Map<Link, List<Route>> routes = new HashMap<>();
        Map<Link, Neighbour> neighbours = new HashMap<>();
        dump.neighbours().forEach(neighbour -> neighbours.put(Link.of(neighbour), neighbour));
        dump.routes().stream().filter(route -> !route.prefix().isIpv4Mapped()).forEach(route -> routes.computeIfAbsent(
                        Link.of(route), link -> new ArrayList<>())
                .add(route));
        // The last route with refmetric 0 to a node names the neighbour behind it; one neighbour may have several
        // names.
        Map<String, Link> identified = new HashMap<>();
        for (Route route : dump.routes()) {
            boolean direct = !route.prefix().isIpv4Mapped() && route.refmetric() == 0;
            network.prefixOf(route.prefix(), route.length())
                    .filter(prefix -> direct)
                    .ifPresent(prefix -> identified.put(prefix.bits(), Link.of(route)));
        }
        Set<String> recorded = new HashSet<>();
        for (JsonObject neighbour : Vectors.objects(vector.get("neighbours"))) {
            if (neighbour.get("prefix").isJsonNull()) {
                assertThat(neighbour.get("neighbour")).isEqualTo(JsonNull.INSTANCE);
                assertUnidentified(neighbour, routes, namedLinks(dump, network), network);
            } else {
                String prefix = neighbour.get("prefix").getAsString();
                recorded.add(prefix);
                Link link = identified.get(prefix);
                assertThat(link).isNotNull();
                assertThat(neighbour.get("neighbour")).isEqualTo(json(neighbours.get(link)));
                assertRoutes(neighbour.get("routes"), routes.getOrDefault(link, List.of()), network);
            }
        }
        assertThat(recorded).isEqualTo(identified.keySet());
        assertThat(Vectors.rows(vector.get("locked")).stream()
                        .map(one -> one.get(0).getAsString() + one.get(1).getAsLong())
                        .toList())
                .containsExactlyInAnyOrderElementsOf(dump.neighbours().stream()
                        .filter(neighbour -> neighbour.multiplier() == 0)
                        .filter(neighbour -> !namedLinks(dump, network).contains(Link.of(neighbour)))
                        .map(neighbour -> neighbour.address().toBytes().toHex() + neighbour.ifindex())
                        .toList());
    }

    private static Set<Link> namedLinks(BabelDump dump, Network network) {
        return dump.routes().stream()
                .filter(route -> !route.prefix().isIpv4Mapped() && route.refmetric() == 0)
                .filter(route ->
                        network.prefixOf(route.prefix(), route.length()).isPresent())
                .map(Link::of)
                .collect(Collectors.toSet());
    }

    /** All neighbours that nobody named, merged: of routes to the same destination any may be kept. */
    private static void assertUnidentified(
            JsonObject recorded, Map<Link, List<Route>> routes, Set<Link> named, Network network) {
        Map<String, List<Route>> merged = new HashMap<>();
        routes.forEach((link, some) -> {
            if (!named.contains(link)) {
                some.forEach(
                        route -> merged.computeIfAbsent(bits(route, network).toString(), bits -> new ArrayList<>())
                                .add(route));
            }
        });
        Set<String> seen = new HashSet<>();
        for (JsonObject route : Vectors.objects(recorded.get("routes"))) {
            String prefix = route.get("prefix").toString();
            seen.add(prefix);
            List<Route> candidates = merged.getOrDefault(prefix, List.of());
            if (route.has("any_of")) {
                assertThat(Vectors.rows(route.get("any_of")).stream()
                                .map(one ->
                                        one.get(0).getAsString() + one.get(1).getAsLong())
                                .toList())
                        .containsExactlyInAnyOrderElementsOf(candidates.stream()
                                .map(one -> one.neighbour().toBytes().toHex() + one.ifindex())
                                .toList());
            } else {
                assertThat(candidates.stream().map(one -> json(one, network).toString()))
                        .containsExactly(route.toString());
            }
        }
        assertThat(seen).isEqualTo(merged.keySet());
    }

    /** Of routes to destinations outside of the network any one is kept. */
    private static void assertRoutes(JsonElement recorded, List<Route> routes, Network network) {
        Set<String> seen = new HashSet<>();
        for (JsonObject route : Vectors.objects(recorded)) {
            String prefix = route.get("prefix").toString();
            assertThat(seen.add(prefix)).isTrue();
            assertThat(routes.stream()
                            .filter(one -> bits(one, network).toString().equals(prefix))
                            .map(one -> json(one, network).toString()))
                    .contains(route.toString());
        }
        assertThat(seen)
                .isEqualTo(routes.stream()
                        .map(one -> bits(one, network).toString())
                        .collect(Collectors.toSet()));
    }

    private static JsonObject json(Neighbour neighbour) {
        JsonObject json = new JsonObject();
        json.addProperty("address", neighbour.address().toBytes().toHex());
        json.addProperty("ifindex", neighbour.ifindex());
        json.addProperty("reach", neighbour.reach());
        json.addProperty("rxcost", neighbour.rxcost());
        json.addProperty("txcost", neighbour.txcost());
        json.addProperty("rtt", neighbour.rtt());
        json.addProperty("rttcost", neighbour.rttcost());
        json.addProperty("channel", neighbour.channel());
        json.addProperty("if_up", neighbour.up());
        json.addProperty("cost_multiplier", neighbour.multiplier());
        return json;
    }

    private static JsonObject json(Route route, Network network) {
        JsonObject json = new JsonObject();
        json.add("prefix", bits(route, network));
        json.addProperty("destination", route.prefix() + "/" + route.length());
        json.addProperty("metric", route.metric());
        json.addProperty("refmetric", route.refmetric());
        json.addProperty("ifindex", route.ifindex());
        json.addProperty("via", route.neighbour().toBytes().toHex());
        return json;
    }

    /** The bits of a route's prefix inside the network, none for the whole network, null outside. */
    private static JsonElement bits(Route route, Network network) {
        JsonObject holder = new JsonObject();
        boolean inside = network.contains(route.prefix()) && route.length() >= network.length();
        holder.addProperty(
                "bits",
                inside
                        ? network.prefixOf(route.prefix(), route.length())
                                .map(Prefix::bits)
                                .orElse("")
                        : null);
        return holder.get("bits");
    }

    private static List<BabelPacket> read(BabelPacketReader reader, List<String> pieces) {
        List<BabelPacket> packets = new ArrayList<>();
        for (String piece : pieces) {
            assertThat(reader.read(ByteBuffer.wrap(Bytes.ofHex(piece).toArray()), packets::add))
                    .isTrue();
        }
        return packets;
    }

    private record Link(Ip6 address, long ifindex) {
        static Link of(Neighbour neighbour) {
            return new Link(neighbour.address(), neighbour.ifindex());
        }

        static Link of(Route route) {
            return new Link(route.neighbour(), route.ifindex());
        }
    }
}
