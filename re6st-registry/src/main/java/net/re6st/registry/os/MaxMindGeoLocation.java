package net.re6st.registry.os;

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
import net.re6st.registry.port.GeoLocation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks addresses up in a country database in MaxMind's format. Any thread. */
public final class MaxMindGeoLocation implements GeoLocation {
    private static final Logger LOG = LoggerFactory.getLogger(MaxMindGeoLocation.class);

    private final Reader reader;

    private MaxMindGeoLocation(Reader reader) {
        this.reader = reader;
    }

    public static MaxMindGeoLocation open(Path file) throws Failure {
        try {
            return new MaxMindGeoLocation(new Reader(file.toFile(), new CHMCache()));
        } catch (IOException | RuntimeException e) {
            throw new Failure("can't read the GeoIP database " + file + ": " + e.getMessage());
        }
    }

    @Override
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
