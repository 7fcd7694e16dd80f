package net.re6st.registry.port;

import java.time.Duration;

/** Counts what happens, for whoever watches the registry. Any thread; never waits. */
public interface Meter {
    /** For a registry that nobody watches. */
    Meter NONE = new Meter() {
        @Override
        public void answered(String method, int status, Duration took) {}

        @Override
        public void limited(String budget) {}

        @Override
        public void wrongToken() {}
    };

    /** A call was answered; {@code method} is one of the registry's, or a fixed text for any other. */
    void answered(String method, int status, Duration took);

    /** Somebody has to wait, because a budget is used up. */
    void limited(String budget);

    /** Somebody tried a token that does not exist. */
    void wrongToken();
}
