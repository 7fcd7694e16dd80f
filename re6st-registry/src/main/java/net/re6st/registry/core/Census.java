package net.re6st.registry.core;

import java.time.Duration;
import java.util.OptionalLong;
import net.re6st.registry.port.View;
import net.re6st.wire.PackedInteger;

/**
 * What there is in the database, counted.
 *
 * @param overdue nodes that had ten days to renew their certificate and did not
 * @param ended nodes whose certificate has ended, but whose prefix is kept
 * @param version of the network parameters; 0 if none is published
 * @param freeShare how much of the network's prefixes is free, 0 to 1
 */
public record Census(
        long nodes,
        long overdue,
        long ended,
        long tokens,
        long revoked,
        long version,
        double freeShare,
        KeyRotation rotation) {
    /** Nodes renew between 30 and 20 days before the end. */
    private static final Duration RENEWED_BEFORE_END = Duration.ofDays(20);

    public static Census of(View view, long nowUnixSeconds) {
        long ended = view.prefixesEndedBy(nowUnixSeconds).size();
        long ending = view.prefixesEndedBy(nowUnixSeconds + RENEWED_BEFORE_END.toSeconds())
                .size();
        double free = view.freeBlocks().stream()
                .mapToDouble(block -> Math.scalb(1.0, -block.length()))
                .sum();
        long version = view.version()
                .flatMap(blob -> PackedInteger.decode(blob, 0))
                .map(PackedInteger.Decoded::value)
                .orElse(0L);
        return new Census(
                view.nodeCount(),
                ending - ended,
                ended,
                view.tokenCount(),
                view.revokedSerials().size(),
                version,
                free,
                KeyRotation.of(view));
    }

    /** When the nodes must have heard of the first step of a rotation, in Unix seconds. */
    public OptionalLong rotationDeadline() {
        return rotation.deadlineUnixSeconds();
    }
}
