package net.re6st.config;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.wire.PackedInteger;
import org.jspecify.annotations.Nullable;

/**
 * The parameters that every node of a network shares, as the registry publishes them. Immutable.
 *
 * <p>Every value is kept as it came, those of unknown names too. The typed questions never fail: a value that is missing,
 * of another type or out of range counts as the default or the nearest bound.
 */
public final class NetworkParameters {
    /** Nothing is known: the defaults. */
    public static final NetworkParameters EMPTY = new NetworkParameters(new TreeMap<>());

    /** What every registry publishes as {@code babel_default}. */
    public static final String DEFAULT_BABEL = "max-rtt-penalty 5000 rtt-max 500 rtt-decay 125";

    private static final int MAX_SECONDS = 365 * 24 * 3600;
    private static final int MAX_COUNT = 10_000;

    private final SortedMap<String, Value> values;

    private NetworkParameters(SortedMap<String, Value> values) {
        this.values = Collections.unmodifiableSortedMap(values);
    }

    /**
     * Reads what the registry sent: compressed JSON.
     *
     * @param decrypt opens what was encrypted with our own key
     * @return empty if anything in it can't be read
     */
    public static Optional<NetworkParameters> decode(Bytes body, Function<Bytes, Optional<Bytes>> decrypt) {
        return ParameterCodec.decode(body, decrypt).map(NetworkParameters::new);
    }

    /** Reads the rows of table {@code config}; those that can't be read count as missing. */
    public static NetworkParameters fromRows(Map<String, Value> rows) {
        return new NetworkParameters(ParameterCodec.fromRows(rows));
    }

    /** The rows of table {@code config}: only null, whole and real numbers, texts and bytes. */
    public SortedMap<String, Value> toRows() {
        return ParameterCodec.toRows(values);
    }

    public NetworkParameters with(Parameter parameter, Value value) {
        SortedMap<String, Value> copy = new TreeMap<>(values);
        copy.put(parameter.text(), value);
        return new NetworkParameters(copy);
    }

    public NetworkParameters without(Parameter parameter) {
        SortedMap<String, Value> copy = new TreeMap<>(values);
        copy.remove(parameter.text());
        return new NetworkParameters(copy);
    }

    /** Every parameter by name, as it came. */
    public SortedMap<String, Value> values() {
        return values;
    }

    public Optional<Value> value(Parameter parameter) {
        return Optional.ofNullable(values.get(parameter.text()));
    }

    /** The parameters that mean something else than in {@code older}, that appeared or that went. */
    public Set<Parameter> changedFrom(NetworkParameters older) {
        Set<Parameter> changed = EnumSet.noneOf(Parameter.class);
        for (Parameter parameter : Parameter.values()) {
            Value mine = values.get(parameter.text());
            Value other = older.values.get(parameter.text());
            boolean same = (mine == null || other == null) ? mine == other : mine.means(other);
            if (!same && parameter != Parameter.DELAY_RESTART) {
                changed.add(parameter);
            }
        }
        return changed;
    }

    /**
     * The names of all rows that differ from those of {@code older}, or are in one only, without suffix and sorted. A
     * parameter that became a list or ceased to be one has two such rows.
     */
    public List<String> changedRows(Map<String, Value> older) {
        List<String> changed = new ArrayList<>();
        SortedMap<String, Value> rows = toRows();
        Set<String> names = new TreeSet<>(rows.keySet());
        names.addAll(older.keySet());
        for (String name : names) {
            Value mine = rows.get(name);
            Value other = older.get(name);
            if (mine == null || other == null || !mine.means(other)) {
                changed.add(ParameterCodec.parameterName(name));
            }
        }
        Collections.sort(changed);
        return changed;
    }

    /** Signed by the CA, newer ones are told from neighbour to neighbour; no bytes if there is none. */
    public Bytes version() {
        return values.get(Parameter.VERSION.text()) instanceof Value.Blob blob ? blob.bytes() : Bytes.EMPTY;
    }

    /** The number in {@link #version}, whose signature is not checked here. */
    public OptionalLong versionNumber() {
        Optional<PackedInteger.Decoded> number = PackedInteger.decode(version(), 0);
        return number.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(number.get().value());
    }

    public int protocol() {
        return whole(Parameter.PROTOCOL, 0, 0, Integer.MAX_VALUE);
    }

    public int minProtocol() {
        return whole(Parameter.MIN_PROTOCOL, 0, 0, Integer.MAX_VALUE);
    }

    /** {@link Prefix#EMPTY} if there is none. */
    public Prefix registryPrefix() {
        return text(Parameter.REGISTRY_PREFIX).flatMap(Prefix::parseBits).orElse(Prefix.EMPTY);
    }

    public int clientCount() {
        return whole(Parameter.CLIENT_COUNT, 10, 0, MAX_COUNT);
    }

    public int maxClients() {
        return whole(Parameter.MAX_CLIENTS, 2 * clientCount(), 0, MAX_COUNT);
    }

    public int helloSeconds() {
        return whole(Parameter.HELLO, 15, 1, 600);
    }

    public int tunnelRefreshSeconds() {
        return whole(Parameter.TUNNEL_REFRESH, 300, 1, MAX_SECONDS);
    }

    public boolean encrypt() {
        Value value = values.get(Parameter.ENCRYPT.text());
        return value != null && isTrue(value);
    }

    private static boolean isTrue(Value value) {
        return value.means(Value.of(true))
                || (value instanceof Value.Whole whole && whole.number().signum() != 0);
    }

    /** Serials of the revoked certificates. */
    public SortedSet<BigInteger> crl() {
        SortedSet<BigInteger> serials = new TreeSet<>();
        for (Value item : items(Parameter.CRL)) {
            if (item instanceof Value.Whole serial) {
                serials.add(serial.number());
            }
        }
        return Collections.unmodifiableSortedSet(serials);
    }

    /** Countries that tunnels must not cross. */
    public List<String> sameCountry() {
        List<String> countries = new ArrayList<>();
        for (Value item : items(Parameter.SAME_COUNTRY)) {
            if (item instanceof Value.Text country) {
                countries.add(country.text());
            }
        }
        return List.copyOf(countries);
    }

    public String babelDefault() {
        return text(Parameter.BABEL_DEFAULT).orElse(DEFAULT_BABEL);
    }

    /** The key that signs Babel packets; empty if the network has none. */
    public Optional<Bytes> babelHmacSign() {
        return key(Parameter.BABEL_HMAC_SIGN);
    }

    /** The second key to accept on Babel packets; empty if there is none, no bytes if anything must be accepted. */
    public Optional<Bytes> babelHmacAccept() {
        return key(Parameter.BABEL_HMAC_ACCEPT);
    }

    /** {@code IP/N}. */
    public Optional<String> ipv4() {
        return text(Parameter.IPV4);
    }

    public int ipv4SublenBits() {
        return whole(Parameter.IPV4_SUBLEN, 0, 0, 32);
    }

    /** 0 if not known. */
    public long validUntilUnixSeconds() {
        Value value = values.get(Parameter.VALID_UNTIL.text());
        if (value instanceof Value.Real real) {
            return (long) real.number();
        }
        return value instanceof Value.Whole whole && whole.number().bitLength() < 64
                ? whole.number().longValue()
                : 0;
    }

    public int delayRestartSeconds() {
        return whole(Parameter.DELAY_RESTART, 0, 0, MAX_SECONDS);
    }

    private int whole(Parameter parameter, int absent, int min, int max) {
        Value value = values.get(parameter.text());
        if (value instanceof Value.Whole whole) {
            return whole.number()
                    .max(BigInteger.valueOf(min))
                    .min(BigInteger.valueOf(max))
                    .intValue();
        } else if (value instanceof Value.Real real && !Double.isNaN(real.number())) {
            return (int) Math.max(min, Math.min(max, real.number()));
        }
        return absent;
    }

    private Optional<String> text(Parameter parameter) {
        return values.get(parameter.text()) instanceof Value.Text text ? Optional.of(text.text()) : Optional.empty();
    }

    private List<Value> items(Parameter parameter) {
        return values.get(parameter.text()) instanceof Value.Items items ? items.items() : List.of();
    }

    private Optional<Bytes> key(Parameter parameter) {
        Value value = values.get(parameter.text());
        if (value instanceof Value.Blob blob) {
            return Optional.of(blob.bytes());
        }
        boolean anything = value instanceof Value.Null || Value.of("").equals(value);
        return anything ? Optional.of(Bytes.EMPTY) : Optional.empty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NetworkParameters that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** The names only: some values are secrets. */
    @Override
    public String toString() {
        return "parameters " + values.keySet();
    }
}
