package net.re6st.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.core.NodeSettings.Family;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.net.Transport;
import net.re6st.net.TunnelAddress;
import net.re6st.testing.Vectors;
import net.re6st.wire.AddressList;
import org.junit.jupiter.api.Test;

class TunnelAddressesVectorTest {
    private static final Moment NOW = TestNode.START;
    private static final Prefix PEER = Prefix.ofBits("0000000000000111");
    private static final List<String> OWN_KEYS = List.of(
            "note",
            "configured",
            "cached_own_address",
            "same_country",
            "configured_country",
            "country_known_by_registry",
            "registry_asked_for",
            "reference_raises",
            "addresses",
            "own_address_stored",
            "country_by_family");
    private static final List<String> CHOICE_KEYS = List.of(
            "note",
            "address",
            "own_country",
            "same_country",
            "disabled_protocols",
            "candidates",
            "tunnel",
            "reference_raises",
            "candidates_should_be",
            "geoip");

    private final JsonObject file = Vectors.json("tunnel_addresses.json");

    @Test
    void advertisesOwnAddressesWithCountries() {
        Vectors.forEach(file, "own", this::checkOwn);
    }

    private void checkOwn(JsonObject row) {
        assertThat(Vectors.unknownKeys(row, OWN_KEYS)).isEmpty();
        assertThat(row.get("reference_raises").isJsonNull()).isTrue();
        TestNode test = new TestNode();
        test.ipv4 = family(row, "IPv4");
        test.ipv6 = family(row, "IPv6");
        sameCountry(test, row);
        test.country = optional(row, "configured_country");
        RecordedPorts ports = new RecordedPorts();
        Node node = test.create(ports.with(new FakeCryptography()), NOW);
        String cached = optional(row, "cached_own_address");
        JsonObject known = row.getAsJsonObject("country_known_by_registry");
        List<String> asked = new ArrayList<>();
        String stored = cached == null ? "" : cached;
        node.ownAddresses().start(stored, NOW);
        for (List<String> calls = ports.take(); !calls.isEmpty(); calls = ports.take()) {
            for (String call : calls) {
                if (call.startsWith("registry.country ")) {
                    String ip = call.substring("registry.country ".length());
                    asked.add(ip);
                    String country = known.has(ip) ? known.get(ip).getAsString() : null;
                    node.ownAddresses().onCountry(ports.lastTicket, country, NOW);
                } else {
                    assertThat(call).startsWith("store.putPeer self");
                    stored = call.substring("store.putPeer self".length()).strip();
                }
            }
        }
        JsonObject expected = expected(row);
        JsonObject addresses = new JsonObject();
        JsonObject countries = new JsonObject();
        for (boolean ipv6 : new boolean[] {false, true}) {
            String name = ipv6 ? "IPv6" : "IPv4";
            AddressList list = node.ownAddresses().list(ipv6);
            if (!list.isEmpty()) {
                addresses.addProperty(name, list.text());
            }
            // Recorded are the countries that were found, not the one that the operator gave.
            if (test.country == null) {
                node.ownAddresses().country(ipv6).ifPresent(c -> countries.addProperty(name, c));
            }
        }
        assertThat(addresses).isEqualTo(expected.get("addresses"));
        assertThat(countries).isEqualTo(expected.get("country_by_family"));
        assertThat(stored).isEqualTo(expected.get("own_address_stored").getAsString());
        assertThat(asked).isEqualTo(Vectors.strings(expected.get("registry_asked_for")));
    }

    /** What is recorded, but for two differences on purpose. */
    private static JsonObject expected(JsonObject row) {
        String note = row.get("note").getAsString();
        JsonObject expected = row.deepCopy();
        if (note.equals("host name")) {
            // Nobody else can reach localhost.
            assertThat(row.getAsJsonObject("addresses").get("IPv4").getAsString())
                    .isEqualTo("localhost,1,tcp,FR");
            assertThat(row.get("own_address_stored").getAsString()).isEqualTo("localhost,1,tcp,FR");
            assertThat(Vectors.strings(row.get("registry_asked_for"))).containsExactly("127.0.0.1");
            assertThat(row.getAsJsonObject("country_by_family").get("IPv4").getAsString())
                    .isEqualTo("FR");
            expected.add("addresses", new JsonObject());
            expected.addProperty("own_address_stored", "");
            expected.add("registry_asked_for", new JsonArray());
            expected.add("country_by_family", new JsonObject());
        } else if (note.startsWith("cached with country")) {
            // Our own stored addresses are recognised, so the registry is not asked.
            assertThat(Vectors.strings(row.get("registry_asked_for")))
                    .containsExactly("203.0.113.104", "2001:db8::2e8e");
            String[] cached = row.get("cached_own_address").getAsString().split(";(?=2001)");
            JsonObject addresses = new JsonObject();
            addresses.addProperty("IPv4", cached[0]);
            addresses.addProperty("IPv6", cached[1]);
            JsonObject countries = new JsonObject();
            countries.addProperty("IPv4", "FR");
            countries.addProperty("IPv6", "DE");
            String italian = cached[0].replace("FR", "IT");
            assertThat(row.getAsJsonObject("addresses").get("IPv4").getAsString())
                    .isEqualTo(italian);
            assertThat(row.getAsJsonObject("addresses").get("IPv6").getAsString())
                    .isEqualTo(cached[1].replace(",DE", ""));
            assertThat(row.get("own_address_stored").getAsString())
                    .isEqualTo(italian + ";" + cached[1].replace(",DE", ""));
            assertThat(row.getAsJsonObject("country_by_family")).hasToString("{\"IPv4\":\"IT\"}");
            expected.add("addresses", addresses);
            expected.add("own_address_stored", row.get("cached_own_address"));
            expected.add("registry_asked_for", new JsonArray());
            expected.add("country_by_family", countries);
        }
        return expected;
    }

    private static Family family(JsonObject row, String name) {
        List<String> entries = new ArrayList<>();
        for (JsonArray group : Vectors.rows(row.get("configured"))) {
            if (group.get(0).getAsString().equals(name)) {
                Vectors.rows(group.get(1)).forEach(entry -> entries.add(String.join(",", Vectors.strings(entry))));
            }
        }
        return new Family(AddressList.parse(String.join(";", entries)), false, List.of());
    }

    private static void sameCountry(TestNode test, JsonObject row) {
        List<Value> listed =
                Vectors.strings(row.get("same_country")).stream().map(Value::of).toList();
        test.parameters = test.parameters.with(Parameter.SAME_COUNTRY, Value.of(listed));
    }

    private static String optional(JsonObject row, String key) {
        return Vectors.has(row, key) ? row.get(key).getAsString() : null;
    }

    @Test
    void choosesAmongThePeersAddresses() {
        Vectors.forEach(file, "choice", this::checkChoice);
    }

    private void checkChoice(JsonObject row) {
        assertThat(Vectors.unknownKeys(row, CHOICE_KEYS)).isEmpty();
        TestNode test = new TestNode();
        test.ipv4 = new Family(AddressList.parse("198.51.100.1,1194,udp"), false, List.of());
        test.ipv6 = new Family(AddressList.parse("2001:db8:99::1,1194,udp6"), false, List.of());
        sameCountry(test, row);
        test.country = optional(row, "own_country");
        Set<Transport> disabled = new HashSet<>();
        Vectors.strings(row.get("disabled_protocols"))
                .forEach(p -> disabled.add(Transport.parse(p).orElseThrow()));
        test.disabled = disabled;
        if (row.has("geoip")) {
            row.getAsJsonObject("geoip").entrySet().forEach(entry -> {
                assertThat(Vectors.strings(entry.getValue()).get(1)).isEqualTo("EU");
                test.geoIp.put(entry.getKey(), Vectors.strings(entry.getValue()).get(0));
            });
        }
        RecordedPorts ports = new RecordedPorts();
        Node node = test.create(ports.with(new FakeCryptography()), NOW);
        node.ownAddresses().start("", NOW);
        AddressList list = AddressList.parse(row.get("address").getAsString());
        JsonArray candidates = new JsonArray();
        for (TunnelAddress address : new AddressRules(node.context(), node.ownAddresses()).usable(list)) {
            JsonArray fields = new JsonArray();
            List.of(address.withoutCountry().toString().split(",")).forEach(fields::add);
            candidates.add(fields);
        }
        boolean tunnel = node.tunnels().dial(PEER, list);
        assertThat(tunnel).isEqualTo(!candidates.isEmpty());
        checkRecording(row);
        if (row.has("candidates_should_be")) {
            assertThat(candidates).isEqualTo(row.get("candidates_should_be"));
        } else if (!isSkipped(row)) {
            assertThat(candidates).isEqualTo(row.get("candidates"));
            assertThat(tunnel).isEqualTo(row.get("tunnel").getAsBoolean());
        }
    }

    /** The parts of a row belong together, also where the original does something else than it should. */
    private static void checkRecording(JsonObject row) {
        if (row.get("tunnel").isJsonNull()) {
            assertThat(row.get("reference_raises").getAsString()).isIn("TypeError", "IndexError");
            assertThat(row.getAsJsonArray("candidates")).isEmpty();
        } else {
            assertThat(row.get("reference_raises").isJsonNull()).isTrue();
            assertThat(row.get("tunnel").getAsBoolean())
                    .isEqualTo(!row.getAsJsonArray("candidates").isEmpty());
        }
        String address = row.get("address").getAsString();
        for (JsonElement candidate : row.getAsJsonArray("candidates")) {
            String text = String.join(",", Vectors.strings(candidate));
            assertThat(address.replace("localhost", "127.0.0.1") + address).contains(text);
        }
    }

    /** localhost can't be reached by others; a protocol that nobody knows is kept when stored and skipped when used. */
    private static boolean isSkipped(JsonObject row) {
        String note = row.get("note").getAsString();
        boolean unknown = note.equals("unknown protocol")
                && row.getAsJsonArray("same_country").isEmpty();
        boolean skipped = note.startsWith("host name") || unknown;
        if (skipped) {
            String host =
                    Vectors.strings(row.getAsJsonArray("candidates").get(0)).get(0);
            boolean resolved = note.equals("host name");
            assertThat(host).isEqualTo(unknown ? "203.0.113.126" : resolved ? "127.0.0.1" : "localhost");
        }
        return skipped;
    }
}
