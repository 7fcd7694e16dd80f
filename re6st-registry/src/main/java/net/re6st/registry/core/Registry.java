package net.re6st.registry.core;

import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.Rsa;
import net.re6st.crypto.Secret;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.registry.port.AuditRow.Act;
import net.re6st.registry.port.CaKey;
import net.re6st.registry.port.CertificateRow;
import net.re6st.registry.port.GeoLocation;
import net.re6st.registry.port.Mailer;
import net.re6st.registry.port.Offer;
import net.re6st.registry.port.Overlay;
import net.re6st.registry.port.RegistryStore;
import net.re6st.registry.port.Sealing;
import net.re6st.registry.port.TokenRow;
import net.re6st.registry.port.Tx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry: what its public and authenticated calls do. Keeps no state of its own; any thread.
 *
 * <p>Signing, encrypting, compressing, mail and questions to nodes happen outside transactions; the two signatures that can't
 * are in {@link CertificateIssuer} and {@link ParameterPublisher}.
 */
public final class Registry {
    private static final Logger LOG = LoggerFactory.getLogger(Registry.class);

    private final RegistrySettings settings;
    private final CurrentAuthority authority;
    private final Network network;
    private final Ports ports;
    private final SecureRandom secure;
    private final Sealing sealing;
    private final NodeKeys nodeKeys = new NodeKeys();
    private final Sessions sessions;
    private final ParameterPublisher publisher;
    private final AuditLog audit;
    private final Clashes clashes;
    private final Housekeeping housekeeping;
    private final Registration registration;
    private final Renewal renewal;
    private final BootstrapPeers bootstrapPeers;
    private final Announcements announcements;
    private final StrangeOptions strangeOptions;
    private final Administration administration;

    /** The outside world; no mailer and no geography where the administrator gave none. */
    public record Ports(
            RegistryStore store,
            CaKey caKey,
            Overlay overlay,
            Optional<Mailer> mailer,
            Optional<GeoLocation> geography,
            Optional<Sealing> sealing) {

        /** Without an own way to encrypt: the JDK's. */
        public Ports(
                RegistryStore store,
                CaKey caKey,
                Overlay overlay,
                Optional<Mailer> mailer,
                Optional<GeoLocation> geography) {
            this(store, caKey, overlay, mailer, geography, Optional.empty());
        }
    }

    public Registry(RegistrySettings settings, CertificateAuthority authority, Ports ports, SecureRandom secure) {
        this.settings = settings;
        this.authority = new CurrentAuthority(authority);
        this.network = authority.network();
        this.ports = ports;
        this.secure = secure;
        sealing = ports.sealing().orElse((key, text) -> Rsa.encrypt(key, text, secure));
        sessions = new Sessions(ports.store());
        audit = new AuditLog(ports.caKey());
        clashes = new Clashes(ports.store(), audit, settings.overtaken());
        publisher = new ParameterPublisher(settings.network(), ports.caKey(), audit);
        PrefixAllocator allocator = new PrefixAllocator(network.maxPrefixLength());
        CertificateIssuer issuer = new CertificateIssuer(this.authority, ports.caKey());
        housekeeping = new Housekeeping(allocator, audit, settings.gracePeriodSeconds());
        registration = new Registration(settings, authority, allocator, issuer, publisher, housekeeping, audit);
        renewal = new Renewal(ports.store(), issuer, audit);
        announcements = new Announcements(ports.store(), ports.overlay());
        strangeOptions = new StrangeOptions(ports.store(), publisher);
        bootstrapPeers = new BootstrapPeers(ports.overlay(), secure);
        administration = new Administration(settings, network, ports, publisher, audit, announcements, secure);
    }

    RegistrySettings settings() {
        return settings;
    }

    Clashes clashes() {
        return clashes;
    }

    Sessions sessions() {
        return sessions;
    }

    public Administration administration() {
        return administration;
    }

    /** The CA's certificate and its end. */
    public CurrentAuthority authority() {
        return authority;
    }

    /** Why the database and the CA don't belong together. */
    public Optional<String> conflict() {
        return ports.store().read(authority::conflict);
    }

    BootstrapPeers bootstrapPeers() {
        return bootstrapPeers;
    }

    /** Makes a new network's first Babel key and publishes what changed since the last run. */
    public void start(Moment now) {
        Occasion occasion = Occasion.own(now);
        boolean published = ports.store().transaction(tx -> {
            audit.begin(tx, occasion);
            authority.settle(tx);
            if (BabelKeys.begin(tx, secure)) {
                audit.record(tx, occasion, Act.KEY_ROTATED, "", "first key of a new network");
            }
            return publisher.publishChanges(tx, occasion);
        });
        if (published) {
            announcements.announce();
        }
    }

    /** Takes notice of what other processes did to the database, now or before the start: a new version, a renewed CA. */
    public void notice() {
        announcements.announce();
        authority.take(ports.store().read(view -> view.authority()));
        strangeOptions.look();
    }

    /** Why the registry can't do its work; empty if it can. */
    public Optional<String> problem(Moment now) {
        if (authority.remaining(now).isNegative()) {
            return Optional.of("the CA's certificate has ended");
        }
        try {
            ports.store().transaction(tx -> tx.lastSerial());
            return Optional.empty();
        } catch (RuntimeException e) {
            LOG.warn("the database can't be used: {}", e.toString());
            return Optional.of("the database can't be used");
        }
    }

    /** What housekeeping found; {@code nextUnixSeconds}: when there will be something to do. */
    public record Cleaning(boolean registryNodeEnded, OptionalLong nextUnixSeconds) {}

    /** Deletes what is too old, if there is anything. */
    public Cleaning clean(Moment now) {
        long nowSeconds = seconds(now);
        OptionalLong due = ports.store().read(housekeeping::nextUnixSeconds);
        if (due.isEmpty() || due.getAsLong() > nowSeconds) {
            return new Cleaning(false, due);
        }
        boolean cleaned = ports.store()
                .transaction(tx -> housekeeping.clean(tx, now) && publishAfterCleaning(tx, Occasion.own(now)));
        if (!cleaned) {
            return new Cleaning(true, OptionalLong.empty());
        }
        announcements.announce();
        return new Cleaning(false, ports.store().read(housekeeping::nextUnixSeconds));
    }

    private boolean publishAfterCleaning(Tx tx, Occasion occasion) {
        publisher.publishChanges(tx, occasion);
        return true;
    }

    Answer getCa() {
        return Answer.of(authority.authority().certificate().pem());
    }

    Answer getDh() {
        return Answer.of(settings.dhParameters());
    }

    Answer hello(String clientPrefix, String protocolText) {
        Optional<Prefix> client =
                Prefix.parseBits(clientPrefix).filter(prefix -> prefix.length() <= network.maxPrefixLength());
        Optional<Integer> protocol = ProtocolNumber.parse(protocolText);
        if (client.isEmpty() || protocol.isEmpty()) {
            return Answer.error(Answer.BAD_REQUEST, "not a prefix, or no protocol number");
        }
        Optional<String> certificate =
                ports.store().ask(view -> view.certificate(client.get())).map(CertificateRow::pem);
        Optional<RSAPublicKey> key = certificate.flatMap(nodeKeys::of);
        if (key.isEmpty()) {
            return Answer.error(Answer.NOT_FOUND, "unknown prefix");
        }
        Secret secret = Secret.random(secure);
        Bytes sealed = sealing.seal(key.get(), secret.bytes());
        Bytes signature = ports.caKey().sign(sealed);
        ports.store().offer(new Offer(client.get(), certificate.get(), secret, protocol.get()));
        return Answer.of(sealed.plus(signature));
    }

    private Optional<RSAPublicKey> key(Prefix client) {
        return ports.store()
                .ask(view -> view.certificate(client))
                .map(CertificateRow::pem)
                .flatMap(nodeKeys::of);
    }

    /** Mails a new token; {@code made} hears of it before anybody. */
    Answer requestToken(String email, Consumer<String> made, Occasion occasion) {
        Optional<Mailer> mailer = ports.mailer();
        if (mailer.isEmpty() || !settings.mailsTokens() || settings.tokenPrefixLength() == 0) {
            return Answer.error(Answer.FORBIDDEN, "tokens are not available by mail");
        }
        if (!Tokens.isAddress(email)) {
            return Answer.error(Answer.BAD_REQUEST, "not an e-mail address");
        }
        String token = ports.store().transaction(tx -> {
            String created = Tokens.create(tx, secure);
            tx.addToken(new TokenRow(created, email, settings.tokenPrefixLength(), occasion.unixSeconds()));
            audit.record(tx, occasion, Act.TOKEN_ADDED, email, "by mail");
            return created;
        });
        made.accept(token);
        Bytes fingerprint =
                authority.authority().certificate().fingerprint("sha256").orElseThrow();
        Tokens.Invitation invitation = new Tokens.Invitation(
                network.toString(),
                settings.url(),
                fingerprint,
                Duration.ofSeconds(settings.gracePeriodSeconds()).toDays());
        Mailer.Mail mail = new Mailer.Mail(
                authority
                        .authority()
                        .certificate()
                        .subject()
                        .single("emailAddress")
                        .orElse("re6stnet"),
                email,
                "[re6stnet] Token Request",
                Tokens.mailText(token, email, invitation));
        if (mailer.get().send(mail)) {
            return Answer.EMPTY;
        }
        ports.store().transaction(tx -> {
            tx.deleteToken(token);
            audit.record(tx, occasion, Act.TOKEN_DELETED, email, "the mail could not be sent");
            return token;
        });
        return Answer.error(Answer.SERVER_ERROR, "the mail could not be sent");
    }

    Answer requestCertificate(String token, String request, String location, String address, Occasion occasion) {
        Optional<Answer> refusal = registration.refusal(token);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Optional<Prefix> community = registration.community(location, address, ports.geography());
        if (community.isEmpty()) {
            return Answer.error(Answer.BAD_REQUEST, "location is not COUNTRY,CONTINENT");
        }
        Optional<Registration.Application> application = registration.read(token, request, community.get());
        if (application.isEmpty()) {
            return Answer.error(
                    Answer.BAD_REQUEST,
                    "not a request for an RSA key of "
                            + authority.authority().certificate().keyBits() + " bits");
        }
        Registration.Outcome outcome =
                ports.store().transaction(tx -> registration.exchange(tx, application.get(), occasion));
        if (outcome.isPublished()) {
            announcements.announce();
        }
        return outcome.answer();
    }

    /** How many tokens have so many letters. */
    long tokensOfLength(int letters) {
        return ports.store().read(view -> view.tokensOfLength(letters));
    }

    /** What {@code getNetworkConfig} reads in one go. */
    private record NodeState(Optional<CertificateRow> row, Optional<ParameterPublisher.Snapshot> parameters) {}

    Answer getNetworkConfig(Prefix client) {
        NodeState state =
                ports.store().read(view -> new NodeState(view.certificate(client), ParameterPublisher.snapshot(view)));
        Optional<RSAPublicKey> key = state.row().map(CertificateRow::pem).flatMap(nodeKeys::of);
        if (key.isEmpty() || state.parameters().isEmpty()) {
            return Answer.error(Answer.NOT_FOUND, "no certificate for this prefix");
        }
        return Answer.of(publisher.forNode(state.parameters().get(), key.get(), sealing));
    }

    Answer renewCertificate(Prefix client, Occasion occasion) {
        return renewal.renew(client, occasion);
    }

    Answer getBootstrapPeer(Prefix client, int protocol, Moment now) {
        Optional<RSAPublicKey> key = key(client);
        Optional<Prefix> registryNode = ports.store().read(view -> view.registryPrefix());
        if (key.isEmpty() || registryNode.isEmpty()) {
            return Answer.error(Answer.NOT_FOUND, "no certificate for this prefix");
        }
        Prefix peer = bootstrapPeers.next(client, registryNode.get(), now);
        Optional<Bytes> description = bootstrapPeers.describe(peer, protocol, key.get(), sealing);
        LOG.debug(
                "bootstrap peer for {}: {}{}", client, peer, description.isPresent() ? "" : ", which does not answer");
        return description.map(Answer::of).orElse(Answer.EMPTY);
    }

    Answer getCountry(String address) {
        return ports.geography()
                .map(database -> database.locate(address)
                        .flatMap(GeoLocation.Place::country)
                        .map(Answer::of)
                        .orElse(Answer.EMPTY))
                .orElseGet(() -> Answer.error(Answer.BAD_REQUEST, "no GeoIP database"));
    }

    static long seconds(Moment now) {
        return Math.floorDiv(now.wallMicros(), 1_000_000L);
    }
}
