package net.re6st.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.re6st.config.NetworkParameters;
import net.re6st.core.NodeSettings.Advertised;
import net.re6st.core.NodeSettings.Family;
import net.re6st.core.NodeSettings.Mapping;
import net.re6st.core.NodeSettings.Role;
import net.re6st.core.port.Cryptography;
import net.re6st.core.port.HostNetwork;
import net.re6st.core.port.Identity;
import net.re6st.core.port.Lifecycle;
import net.re6st.core.port.LinkProbe;
import net.re6st.core.port.PeerChannel;
import net.re6st.core.port.PortMapper;
import net.re6st.core.port.RegistryLink;
import net.re6st.core.port.RemoteProbe;
import net.re6st.core.port.Resolver;
import net.re6st.core.port.RoutingDaemon;
import net.re6st.core.port.Store;
import net.re6st.core.port.TunnelProcesses;
import net.re6st.net.Bytes;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.net.TunnelAddress;
import net.re6st.store.SqliteStore;
import net.re6st.testing.Vectors;
import net.re6st.wire.AddressList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sections about the peer cache, with the cache on disk; those about address lists alone are replayed beside these. */
class AddressesVectorTest {
    private static final Network NETWORK = Network.parseBits("0010").orElseThrow();
    private static final int LARGE = 1000;

    private final JsonObject file = Vectors.json("addresses.json");
    private final SplittableRandom choices = new SplittableRandom(1);

    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void choosePath() {
        path = directory.resolve("cache.db");
    }

    @Test
    void storesWhatPeersAnnounceInTheOrderThatWorked() {
        Prefix self = Prefix.ofBits("1");
        Map<String, String> recorded = new TreeMap<>();
        SqliteStore store = SqliteStore.open(path);
        PeerCache cache = cache(store, self);
        Vectors.forEach(file, "add_peer", vector -> {
            String bits = vector.get("prefix").getAsString();
            JsonElement before = vector.get("stored_before");
            assertThat(recorded.get(bits)).isEqualTo(before.isJsonNull() ? null : before.getAsString());
            AddressList given = AddressList.parse(vector.get("address").getAsString());
            boolean worked = vector.get("set_preferred").getAsBoolean() && !before.isJsonNull();
            List<TunnelAddress> addresses = given.addresses();
            if (!worked) {
                cache.learn(Prefix.ofBits(bits), given);
            }
            // Those that worked last come first.
            for (int i = addresses.size() - 1; worked && i >= 0; i--) {
                cache.reached(Prefix.ofBits(bits), addresses.get(i));
            }
            String after = vector.get("stored_after").getAsString();
            assertThat(cache.addresses(Prefix.ofBits(bits)).map(AddressList::text))
                    .contains(after);
            recorded.put(bits, after);
        });
        store.close();
        assertThat(rows()).isEqualTo(recorded);
    }

    @Test
    void ourOwnListIsTheRowOfTheEmptyPrefix() {
        Vectors.forEach(file, "my_address", vector -> {
            JsonElement set = vector.get("set");
            try (SqliteStore store = SqliteStore.open(path)) {
                if (set.isJsonNull()) {
                    store.removePeer(Prefix.EMPTY);
                } else {
                    store.putPeer(Prefix.EMPTY, set.getAsString());
                }
            }
            assertThat(nullable(vector.get("row"))).isEqualTo(Optional.ofNullable(rows().get("")));
            try (SqliteStore store = SqliteStore.open(path)) {
                assertThat(store.ownAddresses())
                        .isEqualTo(nullable(vector.get("get")).orElse(""));
            }
        });
    }

    @Test
    void offersPeersThatWereNotTriedInVain() {
        JsonObject listing = file.getAsJsonObject("listing");
        Map<String, String> recorded = new TreeMap<>();
        for (JsonArray row : Vectors.rows(listing.get("rows"))) {
            recorded.put(row.get(0).getAsString(), row.get(1).getAsString());
        }
        Prefix self = Prefix.ofBits(listing.get("own_prefix").getAsString());
        SqliteStore store = SqliteStore.open(path);
        store.putPeer(Prefix.EMPTY, String.valueOf(recorded.get("")));
        PeerCache cache = cache(store, self);
        for (String added : Vectors.strings(listing.get("added"))) {
            cache.learn(Prefix.ofBits(added), AddressList.parse(String.valueOf(recorded.get(added))));
        }
        List<String> tried = Vectors.strings(listing.get("connecting_true"));
        tried.forEach(peer -> cache.trying(Prefix.ofBits(peer)));

        assertThat(bits(cache.untried(choices))).isEqualTo(Vectors.strings(listing.get("peer_list")));
        assertThat(bits(cache.tried(choices)))
                .isEqualTo(Vectors.strings(listing.get("peer_list_failed")))
                .isEqualTo(tried);
        for (JsonObject asked : Vectors.objects(listing.get("get_address"))) {
            Prefix peer = Prefix.ofBits(asked.get("prefix").getAsString());
            Optional<String> offered =
                    cache.addresses(peer).filter(list -> !cache.isTried(peer)).map(AddressList::text);
            assertThat(offered).isEqualTo(nullable(asked.get("address")));
        }

        Prefix again = again(listing, tried);
        cache.learn(again, cache.addresses(again).orElseThrow());
        assertThat(bits(cache.untried(choices))).isEqualTo(Vectors.strings(listing.get("peer_list_after_add_again")));
        for (Prefix peer : cache.tried(choices)) {
            cache.reached(peer, cache.addresses(peer).orElseThrow().addresses().get(0));
        }
        assertThat(bits(cache.untried(choices))).isEqualTo(Vectors.strings(listing.get("peer_list_after_reset")));
        store.close();
        assertThat(rows()).isEqualTo(recorded);
    }

    @Test
    void keepsAFewPeersAndOurOwnListForTheNextStart() {
        Vectors.forEach(file, "minimize", vector -> {
            int before = vector.get("peers_before").getAsInt();
            SqliteStore store = SqliteStore.open(directory.resolve("cache" + before + ".db"));
            path = directory.resolve("cache" + before + ".db");
            store.putPeer(Prefix.EMPTY, "192.0.2.1,1194,udp");
            PeerCache cache = cache(store, Prefix.ofBits("1"));
            for (int i = 0; i < before; i++) {
                Prefix peer = Prefix.parseCn(i + "/16").orElseThrow();
                cache.learn(peer, AddressList.parse("192.0.2.2," + (i + 1) + ",tcp"));
            }
            int after = vector.get("peers_after").getAsInt();
            int size = vector.get("size").getAsInt();
            cache.shrink(size);
            assertThat(cache.size()).isEqualTo(after).isEqualTo(Math.min(before, size));
            store.close();
            boolean kept = rows().remove("") != null;
            assertThat(kept).isEqualTo(vector.get("own_address_kept").getAsBoolean());
            assertThat(rows()).hasSize(after + 1);
        });
    }

    /** Which of the tried peers the recording added once more. */
    private static Prefix again(JsonObject listing, List<String> tried) {
        Set<String> fresh = Set.copyOf(Vectors.strings(listing.get("peer_list_after_add_again")));
        List<String> found = tried.stream().filter(fresh::contains).toList();
        assertThat(found).hasSize(1);
        return Prefix.ofBits(found.get(0));
    }

    private static List<String> bits(List<Prefix> prefixes) {
        return prefixes.stream().sorted().map(Prefix::bits).collect(Collectors.toList());
    }

    private static Optional<String> nullable(JsonElement text) {
        return text.isJsonNull() ? Optional.empty() : Optional.of(text.getAsString());
    }

    private Map<String, String> rows() {
        Map<String, String> rows = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
                ResultSet result = connection.createStatement().executeQuery("SELECT prefix, address FROM peer")) {
            while (result.next()) {
                rows.put(result.getString(1), result.getString(2));
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return rows;
    }

    private PeerCache cache(Store store, Prefix self) {
        Identity identity = new Identity(self, BigInteger.ONE, Bytes.EMPTY, Bytes.EMPTY, 0, 0);
        NodeSettings settings = new NodeSettings(
                NETWORK,
                10,
                "",
                Role.MESH,
                LARGE,
                null,
                Set.of(),
                List.of(),
                null,
                false,
                true,
                new Advertised(Family.NONE, Family.NONE, Mapping.NONE),
                ip -> Optional.empty());
        Ports ports = new Ports(
                inert(RoutingDaemon.class),
                inert(TunnelProcesses.class),
                inert(PeerChannel.class),
                inert(RegistryLink.class),
                inert(Cryptography.class),
                store,
                inert(HostNetwork.class),
                inert(Resolver.class),
                inert(PortMapper.class),
                inert(LinkProbe.class),
                inert(RemoteProbe.class),
                inert(Lifecycle.class));
        return new PeerCache(new NodeContext(settings, identity, NetworkParameters.EMPTY, ports, choices, choices));
    }

    /** A port that the peer cache must not command. */
    private static <T> T inert(Class<T> port) {
        return port.cast(
                Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (proxy, method, arguments) -> {
                    throw new AssertionError(port.getSimpleName() + "." + method.getName());
                }));
    }
}
