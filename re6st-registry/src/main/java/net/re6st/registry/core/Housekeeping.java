package net.re6st.registry.core;

import java.util.List;
import java.util.OptionalLong;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import net.re6st.registry.port.AuditRow.Act;
import net.re6st.registry.port.TokenRow;
import net.re6st.registry.port.Tx;
import net.re6st.registry.port.View;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides what is too old to be kept: tokens, certificates with their prefixes, entries of the revocation list. */
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final PrefixAllocator allocator;
    private final AuditLog audit;
    private final long gracePeriodSeconds;

    Housekeeping(PrefixAllocator allocator, AuditLog audit, long gracePeriodSeconds) {
        this.allocator = allocator;
        this.audit = audit;
        this.gracePeriodSeconds = gracePeriodSeconds;
    }

    /** Whether a token made then is too old by now. */
    boolean isTokenExpired(long madeUnixSeconds, long nowUnixSeconds) {
        return madeUnixSeconds <= nowUnixSeconds - gracePeriodSeconds;
    }

    /**
     * Deletes what is too old. False, and nothing is changed, if the certificate of the registry's own node is: either the
     * clock is wrong, or nothing is left to save, and the registry must not go on by itself.
     */
    boolean clean(Tx tx, Moment now) {
        Occasion occasion = Occasion.own(now);
        long nowUnixSeconds = occasion.unixSeconds();
        long limit = nowUnixSeconds - gracePeriodSeconds;
        List<Prefix> ended = tx.prefixesEndedBy(limit);
        if (tx.registryPrefix().filter(ended::contains).isPresent()) {
            return false;
        }
        for (TokenRow token : tx.tokens()) {
            if (token.madeUnixSeconds() <= limit) {
                audit.record(tx, occasion, Act.TOKEN_EXPIRED, token.email(), "");
            }
        }
        tx.deleteTokensMadeBy(limit);
        for (Prefix prefix : ended) {
            LOG.info("the certificate of {} ended long ago: its prefix is free", prefix);
            tx.freeBlock(prefix);
            audit.record(tx, occasion, Act.PREFIX_FREED, prefix.cn(), "the certificate ended long ago");
        }
        if (!ended.isEmpty()) {
            allocator.merge(tx);
        }
        tx.deleteRevokedEndedBy(nowUnixSeconds);
        return true;
    }

    /** When there will be something to delete; empty if never. */
    OptionalLong nextUnixSeconds(View view) {
        OptionalLong next = plusGrace(view.earliestTokenDate());
        next = earlier(next, plusGrace(view.earliestCertificateEnd()));
        return earlier(next, view.earliestRevokedEnd());
    }

    private OptionalLong plusGrace(OptionalLong date) {
        return date.isPresent() ? OptionalLong.of(date.getAsLong() + gracePeriodSeconds) : date;
    }

    private static OptionalLong earlier(OptionalLong one, OptionalLong other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isPresent() ? one : other;
        }
        return one.getAsLong() <= other.getAsLong() ? one : other;
    }
}
