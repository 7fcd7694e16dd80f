package net.re6st.registry.port;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;

/** What can be asked of one consistent state of the registry's database. */
public interface View {
    /** The prefix of the node on the registry's own machine, once it has one. */
    Optional<Prefix> registryPrefix();

    /** The signed version of the network parameters, once published. */
    Optional<Bytes> version();

    /** The parameters of that version, as canonical JSON. */
    Optional<String> lastConfig();

    /** The certificate of the CA, PEM, as a registry or a renewal stored it. */
    Optional<String> authority();

    /** The serial of the last certificate issued; 0 if there is none. */
    long lastSerial();

    /** Babel key 0, 1 or 2; an empty one means "accept anything". */
    Optional<Bytes> babelKey(int slot);

    /** When the first step of a key rotation must be over, in Unix seconds. */
    OptionalDouble validUntil();

    Optional<TokenRow> token(String token);

    /** The tokens that were not used yet, oldest first. */
    List<TokenRow> tokens();

    long tokenCount();

    /** How many tokens have so many characters. */
    long tokensOfLength(int characters);

    /** What a used token was exchanged for. */
    Optional<IssuedRow> issued(String token);

    /** The certificate of an allocated prefix. */
    Optional<CertificateRow> certificate(Prefix prefix);

    /** All nodes that have a certificate, by prefix. */
    List<NodeRow> nodes();

    /** How many nodes have a certificate. */
    long nodeCount();

    /** The prefix whose certificate has that serial. */
    Optional<Prefix> prefixOfSerial(long serial);

    /** The certificates that were replaced by renewal, of one node. */
    List<SupersededRow> superseded(Prefix prefix);

    /** The replaced certificate with that serial. */
    Optional<SupersededRow> superseded(long serial);

    /** The oldest row with that e-mail address that has a certificate. */
    Optional<Prefix> prefixOfEmail(String email);

    /** The serials of revoked certificates, ascending. */
    List<Long> revokedSerials();

    boolean isRevoked(long serial);

    /** The longest free block that starts with {@code beginning}, at most {@code maxLength} bits; the lowest of several. */
    Optional<Prefix> longestFreeBlock(Prefix beginning, int maxLength);

    /** The free block that is a proper beginning of {@code prefix}, if the block it lies in is free. */
    Optional<Prefix> freeBlockAround(Prefix prefix);

    /** All free blocks, ordered. */
    List<Prefix> freeBlocks();

    /** An allocated or reserved block that {@code prefix} lies in or is. */
    Optional<Prefix> takenBlockAround(Prefix prefix);

    /** The date of the oldest token or used token. */
    OptionalLong earliestTokenDate();

    /** The end of the certificate that ends first. */
    OptionalLong earliestCertificateEnd();

    /** The end of the first revoked certificate to end. */
    OptionalLong earliestRevokedEnd();

    /** Prefixes whose certificate ended at that time or before. */
    List<Prefix> prefixesEndedBy(long unixSeconds);

    /** What is known of two machines with the certificate of {@code node}. */
    Optional<ClashRow> clash(Prefix node);

    /** Those with at least so many clashes, the last of them at that time or later, by prefix. */
    List<ClashRow> clashes(int times, long sinceUnixSeconds);

    /** The record of the audit log's last row; empty if nothing was written yet, or somebody deleted it. */
    Optional<AuditHead> auditHead();

    /** At most {@code limit} rows of the audit log with numbers below that one, the newest first. */
    List<AuditRow> auditBefore(long number, int limit);

    /** At most {@code limit} rows of the audit log with numbers above that one, the oldest first. */
    List<AuditRow> auditAfter(long number, int limit);
}
