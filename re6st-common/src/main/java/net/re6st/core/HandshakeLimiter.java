package net.re6st.core;

import java.util.LinkedHashMap;
import java.util.Map;
import net.re6st.net.Ip6;
import net.re6st.net.Moment;

/** Decides whether a datagram may cost an RSA operation: so many per second and source, and so many in all. */
final class HandshakeLimiter {
    private static final int MAX_SOURCES = 1024;
    private static final int BURST_PER_SOURCE = 64;
    private static final int PER_SECOND_AND_SOURCE = 8;
    private static final int BURST = 512;
    private static final int PER_SECOND = 128;

    private final TokenBucket all = new TokenBucket(BURST, PER_SECOND);

    /** By the first half of the address: whoever owns a subnet can send from any address of it. Least recently used first. */
    private final Map<Long, TokenBucket> sources = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, TokenBucket> eldest) {
            return size() > MAX_SOURCES;
        }
    };

    boolean allows(Ip6 source, Moment now) {
        TokenBucket bucket =
                sources.computeIfAbsent(source.high(), key -> new TokenBucket(BURST_PER_SOURCE, PER_SECOND_AND_SOURCE));
        return bucket.take(now) && all.take(now);
    }

    int sourceCount() {
        return sources.size();
    }
}
