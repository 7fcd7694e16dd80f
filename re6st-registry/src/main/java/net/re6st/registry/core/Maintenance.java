package net.re6st.registry.core;

import java.util.random.RandomGenerator;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.registry.port.AuditRow.Act;
import net.re6st.registry.port.CaKey;
import net.re6st.registry.port.RegistryStore;

/**
 * What subcommands do to a database, beside running registries or without one. They don't know the options of the registry:
 * a new version has the parameters of the last one. Who runs takes notice of it by itself.
 */
public final class Maintenance {
    /** More than are given between two backups. */
    private static final long LEAP = 1000;

    private final RegistryStore store;
    private final CaKey caKey;
    private final AuditLog audit;
    private final VersionStamp stamp;
    private final Revocation revocation;
    private final TokenActs tokens;

    public Maintenance(RegistryStore store, CaKey caKey, RandomGenerator secure) {
        this.store = store;
        this.caKey = caKey;
        audit = new AuditLog(caKey);
        stamp = new VersionStamp(caKey, audit);
        revocation = new Revocation(store, stamp::publishAgain, audit);
        tokens = new TokenActs(store, audit, secure);
    }

    /** Revokes a node by its CN, or a certificate by its serial: 204, 404 if there is none. */
    public Answer revoke(String cnOrSerial, Occasion occasion) {
        return revocation.revoke(cnOrSerial, occasion).answer();
    }

    /** Makes a token and gives it: 200. */
    public Answer createToken(String email, int prefixLength, Occasion occasion) {
        return tokens.create(email, prefixLength, occasion);
    }

    /** Adds a token that somebody chose: 204, 409 if it exists. */
    public Answer addToken(String email, String token, int prefixLength, Occasion occasion) {
        return tokens.add(email, token, prefixLength, occasion);
    }

    /** Whether there was such a token to delete. */
    public boolean deleteToken(String token, Occasion occasion) {
        return tokens.delete(token, occasion);
    }

    /**
     * Gives the CA's certificate another end. A new version goes with it: nodes for which the renewal is due fetch the
     * certificate when they hear of the version, not the day after.
     */
    public CertificateAuthority renewAuthority(CertificateAuthority old, long endUnixSeconds, Occasion occasion) {
        CertificateAuthority renewed = AuthorityIssuer.renew(old, caKey, endUnixSeconds);
        store.transaction(tx -> {
            tx.setAuthority(renewed.certificate().pem());
            String detail = old.certificate().notAfter() + " -> "
                    + renewed.certificate().notAfter() + "; sha256:"
                    + renewed.certificate().fingerprint("sha256").orElseThrow().toHex();
            audit.record(tx, occasion, Act.AUTHORITY_RENEWED, old.network().toString(), detail);
            stamp.publishAgain(tx, occasion);
            return renewed;
        });
        return renewed;
    }

    /**
     * Makes a restored database fit to go on. What was given after the backup is not known any more: serials go on far
     * behind the last one, so that none is given twice, and so does the version, or nodes would take it for an old one.
     */
    public void continueFrom(String source, Occasion occasion) {
        store.transaction(tx -> {
            tx.setLastSerial(tx.lastSerial() + LEAP);
            audit.record(tx, occasion, Act.DATABASE_RESTORED, source, "serials go on after " + tx.lastSerial());
            return stamp.publishAfter(tx, LEAP, occasion);
        });
    }
}
