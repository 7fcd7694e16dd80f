package net.re6st.registry.port;

import java.util.Optional;

/** The database that knows where an IP address is. */
public interface GeoLocation {
    /** Country and continent of an address; empty if the text is no address or the database does not know it. */
    Optional<Place> locate(String address);

    /** A place: ISO codes, either may be unknown. */
    record Place(Optional<String> country, Optional<String> continent) {}
}
