package net.re6st.registry.core;

import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Optional;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.CertificateRequest;
import net.re6st.crypto.Hash;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.port.AuditRow.Act;
import net.re6st.registry.port.CertificateRow;
import net.re6st.registry.port.GeoLocation;
import net.re6st.registry.port.IssuedRow;
import net.re6st.registry.port.TokenRow;
import net.re6st.registry.port.Tx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides whether a node may join, and gives it a prefix and its first certificate. */
final class Registration {
    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

    private final RegistrySettings settings;
    private final CertificateAuthority authority;
    private final PrefixAllocator allocator;
    private final CertificateIssuer issuer;
    private final ParameterPublisher publisher;
    private final Housekeeping housekeeping;
    private final AuditLog audit;

    Registration(
            RegistrySettings settings,
            CertificateAuthority authority,
            PrefixAllocator allocator,
            CertificateIssuer issuer,
            ParameterPublisher publisher,
            Housekeeping housekeeping,
            AuditLog audit) {
        this.settings = settings;
        this.authority = authority;
        this.allocator = allocator;
        this.issuer = issuer;
        this.publisher = publisher;
        this.housekeeping = housekeeping;
        this.audit = audit;
    }

    /** A request that was found in order; its token is looked up in the transaction. */
    record Application(String token, CertificateRequest request, Prefix community, Bytes keyDigest) {}

    /** What became of an application, and whether there is a new version of the parameters. */
    record Outcome(Answer answer, boolean isPublished) {
        static Outcome of(Answer answer) {
            return new Outcome(answer, false);
        }
    }

    /** A kind of registration that is disabled: 403. */
    Optional<Answer> refusal(String token) {
        if (token.isEmpty()) {
            return settings.anonymousPrefixLength().isPresent()
                    ? Optional.empty()
                    : Optional.of(Answer.error(Answer.FORBIDDEN, "anonymous registration is disabled"));
        }
        return settings.tokenPrefixLength() > 0
                ? Optional.empty()
                : Optional.of(Answer.error(Answer.FORBIDDEN, "registration by token is disabled"));
    }

    /** Reads a request; empty unless its signature is good and its key as long as the CA's. */
    Optional<Application> read(String token, String pem, Prefix community) {
        // X and its signature have the same length in every protocol, hence one size of keys in a network.
        return CertificateRequest.ofPem(pem)
                .filter(request -> request.keyBits() == authority.certificate().keyBits())
                .map(request -> new Application(token, request, community, digest(request.publicKey())));
    }

    private static Bytes digest(RSAPublicKey key) {
        return Hash.SHA_256.of(Bytes.copyOf(key.getEncoded()));
    }

    /**
     * The community of a client that says where it is ({@code COUNTRY,CONTINENT}) or, if it does not, is looked up by its
     * address; empty if what it says has another form.
     */
    Optional<Prefix> community(String location, String address, Optional<GeoLocation> geography) {
        Communities communities = settings.communities();
        if (communities.isEmpty()) {
            return Optional.of(Prefix.EMPTY);
        }
        if (!location.isEmpty()) {
            String[] parts = location.split(",", -1);
            return parts.length == 2 ? Optional.of(communities.prefixFor(parts[0], "@" + parts[1])) : Optional.empty();
        }
        Optional<GeoLocation.Place> place = geography.flatMap(database -> database.locate(address));
        String country = place.flatMap(GeoLocation.Place::country).orElse("*");
        String continent = place.flatMap(GeoLocation.Place::continent)
                .map(code -> "@" + code)
                .orElse("*");
        // Without a country, "*" would find the default community before the continent is tried.
        return Optional.of(communities.prefixFor(country.equals("*") ? continent : country, continent));
    }

    /** Exchanges the token for a certificate. */
    Outcome exchange(Tx tx, Application application, Occasion occasion) {
        Optional<Answer> refusal = issuer.refusal(occasion.unixSeconds());
        if (refusal.isPresent()) {
            return Outcome.of(refusal.get());
        }
        if (application.token().isEmpty()) {
            int length = settings.anonymousPrefixLength().orElse(0);
            return register(tx, application, Optional.empty(), length, occasion);
        }
        Optional<TokenRow> token = tx.token(application.token())
                .filter(row -> !housekeeping.isTokenExpired(row.madeUnixSeconds(), occasion.unixSeconds()));
        if (token.isEmpty()) {
            return Outcome.of(tx.issued(application.token())
                    .filter(issued -> issued.keyDigest().equals(application.keyDigest()))
                    .map(issued -> Answer.of(issued.pem()))
                    .orElse(Answer.EMPTY));
        }
        return register(
                tx, application, Optional.of(token.get().email()), token.get().prefixLength(), occasion);
    }

    private Outcome register(
            Tx tx, Application application, Optional<String> email, int prefixLength, Occasion occasion) {
        long nowUnixSeconds = occasion.unixSeconds();
        Optional<Prefix> allocated = allocator.allocate(tx, application.community(), prefixLength);
        if (allocated.isEmpty()) {
            String where = application.community().length() == 0
                    ? ""
                    : " in community " + application.community().bits();
            String reason = "no prefix of " + prefixLength + " bits left" + where;
            LOG.error("{}", reason);
            return Outcome.of(Answer.error(Answer.FORBIDDEN, reason));
        }
        Prefix prefix = allocated.get();
        tx.setEmail(prefix, email);
        CertificateRequest request = application.request();
        CertificateRow certificate = issuer.issue(tx, prefix, request.subject(), request.publicKey(), nowUnixSeconds);
        if (!application.token().isEmpty()) {
            tx.deleteToken(application.token());
            tx.rememberIssued(new IssuedRow(
                    application.token(), application.keyDigest(), prefix, certificate.pem(), nowUnixSeconds));
            audit.record(tx, occasion, Act.TOKEN_USED, email.orElse(""), "by " + prefix.cn());
        }
        String holder = email.orElse("anonymous");
        String end = Instant.ofEpochSecond(certificate.endUnixSeconds()).toString();
        String detail = "serial " + certificate.serial() + " for " + holder + "; until " + end;
        audit.record(tx, occasion, Act.CERTIFICATE_ISSUED, prefix.cn(), detail);
        boolean first = tx.registryPrefix().isEmpty();
        if (first) {
            tx.setRegistryPrefix(prefix);
            publisher.publishChanges(tx, occasion);
        }
        LOG.info("certificate {} for {}", certificate.serial(), prefix);
        return new Outcome(Answer.of(certificate.pem()), first);
    }
}
