package net.re6st.store;

import com.maxmind.db.CHMCache;
import com.maxmind.db.Reader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import net.re6st.cli.Failure;
import net.re6st.net.Ip4;
import net.re6st.net.Ip6;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file in MaxMind's format that knows in which country an IP address is. Any thread. */
public final class GeoDatabase {
    private static final Logger LOG = LoggerFactory.getLogger(GeoDatabase.class);

    /** Of the environment: path of the file. */
    public static final String VARIABLE = "GEOIP2_MMDB";

    private final Reader reader;

    /** ISO codes of a country and a continent; either may be unknown. */
    public record Place(Optional<String> country, Optional<String> continent) {}

    private GeoDatabase(Reader reader) {
        this.reader = reader;
    }

    /** The database that the environment names; empty if it names none. */
    public static Optional<GeoDatabase> ofEnvironment() throws Failure {
        String path = System.getenv(VARIABLE);
        return path == null || path.isEmpty() ? Optional.empty() : Optional.of(open(Path.of(path)));
    }

    public static GeoDatabase open(Path file) throws Failure {
        try {
            return new GeoDatabase(new Reader(file.toFile(), new CHMCache()));
        } catch (IOException | RuntimeException e) {
            throw new Failure("can't read the GeoIP database " + file + ": " + e.getMessage());
        }
    }

    /** Where an address is; empty if the text is no address or the database does not know it. */
    public Optional<Place> locate(String address) {
        Optional<InetAddress> parsed = parse(address);
        if (parsed.isEmpty()) {
            return Optional.empty();
        }
        try {
            Map<?, ?> found = reader.get(parsed.get(), Map.class);
            return found == null
                    ? Optional.empty()
                    : Optional.of(new Place(text(found, "country", "iso_code"), text(found, "continent", "code")));
        } catch (IOException | RuntimeException e) {
            LOG.warn("GeoIP lookup of {}: {}", address, e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<String> text(Map<?, ?> found, String part, String field) {
        return found.get(part) instanceof Map<?, ?> inner && inner.get(field) instanceof String text
                ? Optional.of(text)
                : Optional.empty();
    }

    /** An address literal; names are not looked up. */
    private static Optional<InetAddress> parse(String address) {
        boolean literal = Ip4.parse(address).isPresent() || Ip6.parse(address).isPresent();
        try {
            return literal ? Optional.of(InetAddress.getByName(address)) : Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
