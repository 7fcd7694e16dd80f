package net.re6st.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import net.re6st.cli.Failure;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.DhParameters;
import net.re6st.crypto.Pem;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.PlainNumber;
import net.re6st.registry.core.Communities;
import net.re6st.registry.core.NetworkOptions;
import net.re6st.registry.core.Origins;
import net.re6st.registry.core.RegistrySettings;
import net.re6st.registry.os.MboxMailer;
import net.re6st.registry.os.SmtpMailer;
import net.re6st.registry.port.GeoLocation;
import net.re6st.registry.port.GeoLocation.Place;
import net.re6st.registry.port.Mailer;
import net.re6st.store.GeoDatabase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the options name, read and checked, before the registry touches anything. */
record RegistryFiles(
        CertificateAuthority authority,
        RsaPrivateKey key,
        String keyPem,
        RegistrySettings settings,
        Optional<Mailer> mailer,
        Optional<GeoLocation> geography) {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryFiles.class);

    /** A system property for tests, which can't wait for minutes. */
    private static final String OVERTAKEN_SECONDS = "re6st.overtakenSeconds";

    private static final long MAX_BYTES = 1 << 20;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int MAX_PORT = 65_535;

    static RegistryFiles read(RegistryOptions options) throws Failure {
        CertificateAuthority authority = CertificateAuthority.ofPem(text(options.ca))
                .orElseThrow(() -> new Failure(options.ca + " is no certificate of a CA whose serial is a network"));
        String keyPem = text(options.key);
        RsaPrivateKey key = RsaPrivateKey.ofPem(keyPem)
                .orElseThrow(() -> new Failure(options.key + " is no RSA key of 2048 bits or more"));
        if (!key.publicKey().equals(authority.certificate().publicKey())) {
            throw new Failure(options.key + " is not the key of " + options.ca);
        }
        Optional<GeoLocation> geography = openGeography();
        if (!options.sameCountry.isEmpty() && geography.isEmpty()) {
            throw new Failure("--same-country needs a GeoIP database, see " + GeoDatabase.VARIABLE);
        }
        Communities communities = communities(options, authority.network().maxPrefixLength());
        if (!communities.isEmpty() && geography.isEmpty()) {
            LOG.warn(
                    "no GeoIP database ({}): nodes that don't say where they are get the default community",
                    GeoDatabase.VARIABLE);
        }
        return new RegistryFiles(
                authority, key, keyPem, toSettings(options, authority, communities), openMailer(options), geography);
    }

    private static RegistrySettings toSettings(
            RegistryOptions options, CertificateAuthority authority, Communities communities) throws Failure {
        int max = authority.network().maxPrefixLength();
        OptionalInt anonymous = options.anonymousPrefixLength == null
                ? OptionalInt.empty()
                : OptionalInt.of(options.anonymousPrefixLength);
        for (int length : new int[] {options.prefixLength, anonymous.orElse(0)}) {
            if (length > max) {
                throw new Failure("prefix length " + length + " > " + max + " in " + authority.network());
            }
        }
        return new RegistrySettings(
                options.prefixLength,
                anonymous,
                options.mailhost != null,
                communities,
                origins(options),
                options.gracePeriod,
                network(options),
                dhParameters(options),
                Optional.of(url(options)),
                Duration.ofSeconds(Long.getLong(OVERTAKEN_SECONDS, RegistrySettings.USUALLY_OVERTAKEN.toSeconds())));
    }

    private static NetworkOptions network(RegistryOptions options) {
        Optional<NetworkOptions.Ipv4Block> ipv4 = options.ipv4.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new NetworkOptions.Ipv4Block(options.ipv4.get(0), PlainNumber.parse(options.ipv4.get(1), 32)));
        return new NetworkOptions(
                ipv4,
                List.copyOf(options.sameCountry),
                options.clientCount,
                options.encrypt,
                options.hello,
                options.maxClients(),
                options.minProtocol,
                options.tunnelRefresh);
    }

    private static Origins origins(RegistryOptions options) throws Failure {
        Set<String> authorized = new LinkedHashSet<>(List.of("127.0.0.1", "::1"));
        for (String address : options.authorizedOrigin) {
            if (address.isEmpty()) {
                authorized.clear();
            } else {
                authorized.add(canonical(address));
            }
        }
        Set<String> proxies = new LinkedHashSet<>();
        for (String address : options.proxy) {
            proxies.add(canonical(address));
        }
        Set<String> names = new LinkedHashSet<>(ownNames());
        for (String name : options.host) {
            names.add(Origins.hostName(name)
                    .orElseThrow(() -> new Failure("--host " + name + ": must be a name, without port")));
        }
        return new Origins(authorized, proxies, names);
    }

    private static String canonical(String address) throws Failure {
        return Origins.canonical(address).orElseThrow(() -> new Failure("not an address: " + address));
    }

    /** How this machine calls itself. */
    private static List<String> ownNames() {
        try {
            InetAddress own = InetAddress.getLocalHost();
            return Stream.of(own.getCanonicalHostName(), own.getHostName())
                    .map(Origins::hostName)
                    .flatMap(Optional::stream)
                    .toList();
        } catch (UnknownHostException e) {
            return List.of();
        }
    }

    private static String dhParameters(RegistryOptions options) throws Failure {
        if (options.dh == null) {
            return DhParameters.FFDHE2048;
        }
        String text = text(options.dh);
        if (Pem.decode(Pem.DH_PARAMETERS, text).isEmpty()) {
            throw new Failure(options.dh + " holds no Diffie-Hellman parameters");
        }
        return text;
    }

    private static Communities communities(RegistryOptions options, int maxPrefixLength) throws Failure {
        if (options.community == null) {
            return Communities.NONE;
        }
        Communities.Reading reading =
                Communities.read(text(options.community).lines().toList(), maxPrefixLength);
        return reading.communities()
                .orElseThrow(() -> new Failure("invalid community configuration: " + reading.error()));
    }

    private static Optional<GeoLocation> openGeography() throws Failure {
        return GeoDatabase.ofEnvironment()
                .map(database -> address ->
                        database.locate(address).map(place -> new Place(place.country(), place.continent())));
    }

    private static Optional<Mailer> openMailer(RegistryOptions options) throws Failure {
        String host = options.mailhost;
        if (host == null) {
            return Optional.empty();
        }
        if (host.startsWith("/") || Files.isRegularFile(Path.of(host))) {
            return Optional.of(new MboxMailer(Path.of(host), Clock.systemUTC()));
        }
        int colon = host.lastIndexOf(':');
        boolean hasPort =
                colon >= 0 && !host.endsWith("]") && (host.indexOf(':') == colon || host.charAt(colon - 1) == ']');
        int port = hasPort ? PlainNumber.parse(host.substring(colon + 1), MAX_PORT) : SmtpMailer.Relay.DEFAULT_PORT;
        String name = hasPort ? host.substring(0, colon) : host;
        if (port < 1 || name.isEmpty()) {
            throw new Failure("--mailhost " + host + ": must be HOST[:PORT] or a file");
        }
        return Optional.of(new SmtpMailer(
                new SmtpMailer.Relay(
                        name.replace("[", "").replace("]", ""),
                        port,
                        Optional.ofNullable(options.smtpUser),
                        Optional.ofNullable(options.smtpPassword),
                        options.smtpStartTls),
                Clock.systemUTC()));
    }

    /** Where this machine is reached, as far as it knows: for the mails, where it is shown with a reservation. */
    private static String url(RegistryOptions options) {
        String host = Stream.concat(options.host.stream(), ownNames().stream())
                .findFirst()
                .orElse("localhost");
        if (options.tlsCert != null) {
            return "https://" + host + (options.tlsPort == HTTPS_PORT ? "" : ":" + options.tlsPort);
        }
        return "http://" + host + (options.port == HTTP_PORT ? "" : ":" + options.port);
    }

    private static String text(Path file) throws Failure {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new Failure(file + " is too large");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new Failure("can't read " + file + ": " + e.getMessage());
        }
    }
}
