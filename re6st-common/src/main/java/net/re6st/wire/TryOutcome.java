package net.re6st.wire;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How it went when a node tried whether an address of another one can be reached. */
public enum TryOutcome {
    /** It is being tried; more will be told. */
    TRYING,
    /** OpenVPN answered. */
    REACHED,
    /** Something takes connections there, and does not answer as OpenVPN does. */
    STRANGE,
    /** A host or router on the way refused. */
    REFUSED,
    /** Nothing came back. */
    SILENT,
    /** The one who tried has no way there itself. */
    UNABLE,
    /** It was asked for too often. */
    BUSY,
    /** It is not tried: not an address of the peer that asks, or not one that nodes dial. */
    DECLINED;

    /** As it is written on the wire. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<TryOutcome> parse(String text) {
        return Arrays.stream(values())
                .filter(outcome -> outcome.text().equals(text))
                .findFirst();
    }

    /** Whether it tells something of the address. */
    public boolean isTold() {
        return this == REACHED || this == STRANGE || this == REFUSED || this == SILENT;
    }
}
