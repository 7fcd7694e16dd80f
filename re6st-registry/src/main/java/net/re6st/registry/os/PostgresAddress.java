package net.re6st.registry.os;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import net.re6st.cli.Failure;
import net.re6st.cli.UsageError;
import net.re6st.registry.os.SqliteRegistryStore.CertificateReader;

/**
 * A database on a PostgreSQL server, or on several of which one may write.
 *
 * @param hosts with ports, as in URLs, separated by commas
 * @param settings of the driver, as in the query of a URL, with the {@code ?}; empty if there are none
 * @param passwordFile in whose first line the password is; without it, the driver looks into {@code PGPASSFILE}
 */
public record PostgresAddress(
        String hosts, String name, Optional<String> user, String settings, Optional<Path> passwordFile)
        implements Database {
    private static final String JDBC = "jdbc:";
    private static final List<String> SCHEMES = List.of("postgresql://", "postgres://");
    private static final String FORM = "must be postgresql://USER@HOST:PORT/NAME";

    /** Only a server that writes is of use; psql calls the setting and its value otherwise than the driver. */
    private static final List<String> TARGETS = List.of("target_session_attrs", "targetServerType");

    private static final List<String> WRITERS = List.of("primary", "read-write", "master");

    /** Whether the value of {@code --db} is such an address, maybe a wrong one. */
    static boolean isMeant(String text) {
        return text.startsWith(JDBC) || SCHEMES.stream().anyMatch(text::startsWith);
    }

    /** Reads an address. What is wrong is said without quoting it: a password may be in it. */
    static PostgresAddress of(String text, Optional<Path> passwordFile) throws UsageError {
        String plain = text.startsWith(JDBC) ? text.substring(JDBC.length()) : text;
        String scheme = SCHEMES.stream()
                .filter(plain::startsWith)
                .findFirst()
                .orElseThrow(() -> new UsageError("--db: " + FORM));
        String rest = plain.substring(scheme.length());
        int query = rest.indexOf('?');
        String place = query < 0 ? rest : rest.substring(0, query);
        int slash = place.indexOf('/');
        if (slash < 0 || slash == place.length() - 1) {
            throw new UsageError("--db: " + FORM);
        }
        String authority = place.substring(0, slash);
        int at = authority.lastIndexOf('@');
        String user = at < 0 ? "" : authority.substring(0, at);
        if (user.indexOf(':') >= 0) {
            throw passwordGiven();
        }
        TreeMap<String, String> settings = settings(query < 0 ? "" : rest.substring(query + 1));
        String named = Optional.ofNullable(settings.remove("user")).orElse(user);
        String hosts = authority.substring(at + 1);
        return new PostgresAddress(
                hosts.isEmpty() ? "localhost" : hosts,
                place.substring(slash + 1),
                Optional.of(named).filter(name -> !name.isEmpty()),
                query(settings),
                passwordFile);
    }

    private static TreeMap<String, String> settings(String query) throws UsageError {
        TreeMap<String, String> settings = new TreeMap<>();
        for (String setting : query.split("&", -1)) {
            if (setting.isEmpty()) {
                continue;
            }
            String name = setting.split("=", 2)[0];
            String value = setting.contains("=") ? setting.substring(name.length() + 1) : "";
            if (name.contains("password")) {
                throw passwordGiven();
            }
            if (!TARGETS.contains(name)) {
                settings.put(name, value);
            } else if (!WRITERS.contains(value)) {
                throw new UsageError("--db: " + name + "=" + value + ": a registry needs the primary server");
            }
        }
        return settings;
    }

    private static String query(TreeMap<String, String> settings) {
        StringBuilder query = new StringBuilder();
        settings.forEach((name, value) -> query.append(query.length() == 0 ? '?' : '&')
                .append(name)
                .append('=')
                .append(value));
        return query.toString();
    }

    private static UsageError passwordGiven() {
        return new UsageError("--db: everybody can read a password on a command line: write it into a file that nobody"
                + " else can read and name that with --db-password-file, or use PGPASSFILE");
    }

    /** As the driver wants it; user and password go another way. */
    String url() {
        return JDBC + "postgresql://" + hosts + "/" + name + settings;
    }

    @Override
    public Database in(Path directory) {
        return new PostgresAddress(hosts, name, user, settings, passwordFile.map(directory::resolve));
    }

    @Override
    public Optional<Path> file() {
        return Optional.empty();
    }

    @Override
    public OpenStore openStore(int maxPrefixLength, CertificateReader reader) throws Failure {
        return PostgresRegistryStore.open(this);
    }

    @Override
    public OpenContent openContent() throws Failure {
        return PostgresContent.open(this);
    }

    /** As an operator knows it. */
    @Override
    public String toString() {
        return "postgresql://" + user.map(text -> text + "@").orElse("") + hosts + "/" + name;
    }
}
