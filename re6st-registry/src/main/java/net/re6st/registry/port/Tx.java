package net.re6st.registry.port;

import java.util.Optional;
import java.util.OptionalDouble;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;

/** One change of the registry's database; what it reads includes what it wrote. */
public interface Tx extends View {
    void setRegistryPrefix(Prefix prefix);

    void setVersion(Bytes version);

    void setLastConfig(String json);

    void setAuthority(String pem);

    void setLastSerial(long serial);

    void setBabelKey(int slot, Optional<Bytes> key);

    void setValidUntil(OptionalDouble unixSeconds);

    /** The token must be unknown. */
    void addToken(TokenRow token);

    void deleteToken(String token);

    /** Deletes unused tokens made, and forgets tokens used, at that time or before. */
    void deleteTokensMadeBy(long unixSeconds);

    void rememberIssued(IssuedRow issued);

    /** Adds a free block. */
    void addBlock(Prefix block);

    /** Gives the row of a free block another prefix. */
    void renameBlock(Prefix block, Prefix other);

    /** Deletes a free block. */
    void deleteBlock(Prefix block);

    /** Takes a free block out of use for good. */
    void reserveBlock(Prefix block);

    /** Gives a block to the owner of {@code email}. */
    void setEmail(Prefix prefix, Optional<String> email);

    /** The smallest subject serial that no certificate uses. */
    long lowestFreeSubjectSerial();

    /** Stores a block's certificate in the place of an earlier one. */
    void storeCertificate(CertificateRow certificate);

    /** Remembers a certificate that was replaced, until its end. */
    void addSuperseded(SupersededRow superseded);

    /** Makes an allocated block free again: certificates, e-mail, sessions, clashes and the memory of its token are gone. */
    void freeBlock(Prefix prefix);

    /** Adds a serial to the revoked ones until its certificate's end; nothing if it is there. */
    void revoke(long serial, long endUnixSeconds);

    /** Drops the revoked and the replaced serials whose certificate ended at that time or before. */
    void deleteRevokedEndedBy(long unixSeconds);

    /** Replaces what was known of clashes of that node. */
    void storeClash(ClashRow clash);

    void forgetClash(Prefix node);

    /** Adds a row to the audit log and makes it the last one. */
    void appendAudit(AuditRow row, Bytes seal);
}
