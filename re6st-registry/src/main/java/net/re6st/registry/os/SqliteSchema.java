package net.re6st.registry.os;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.re6st.net.Prefix;
import net.re6st.registry.port.CertificateRow;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a registry's database: {@code registry.sql} beside this class describes them. Decides whether a file can be
 * used, and brings ours up to date with what the original may have changed.
 */
final class SqliteSchema {
    private static final Pattern NAME = Pattern.compile("CREATE (?:TABLE|INDEX|TRIGGER) (\\w+) ");

    private final SqliteConnection connection;
    private final int maxPrefixLength;
    private final SqliteRegistryStore.CertificateReader reader;

    private SqliteSchema(
            SqliteConnection connection, int maxPrefixLength, SqliteRegistryStore.CertificateReader reader) {
        this.connection = connection;
        this.maxPrefixLength = maxPrefixLength;
        this.reader = reader;
    }

    /** Makes missing tables, checks every row; throws {@link StoreFailure}, having changed nothing, if something is wrong. */
    static void prepare(
            SqliteConnection connection, int maxPrefixLength, SqliteRegistryStore.CertificateReader reader) {
        SqliteSchema schema = new SqliteSchema(connection, maxPrefixLength, reader);
        connection.run("BEGIN IMMEDIATE");
        try {
            schema.createMissing();
            schema.checkConfig();
            schema.checkDates();
            schema.checkBlocks();
            schema.indexCertificates();
            connection.run("COMMIT");
        } catch (RuntimeException e) {
            connection.run("ROLLBACK");
            throw e;
        }
    }

    /** The statements of {@code registry.sql}, without comments. */
    static List<String> statements() {
        try (InputStream in = SqliteSchema.class.getResourceAsStream("registry.sql")) {
            if (in == null) {
                throw new IllegalStateException("registry.sql is missing in this build");
            }
            String code = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("--"))
                    .collect(Collectors.joining("\n"));
            List<String> statements = new ArrayList<>();
            // A trigger has a semicolon inside.
            for (String statement : code.split(";\\s*(?:\n\n|$)", -1)) {
                if (!statement.isBlank()) {
                    statements.add(statement.strip());
                }
            }
            return statements;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a statement of {@code registry.sql} makes. */
    static String name(String statement) {
        Matcher matcher = NAME.matcher(statement);
        if (!matcher.lookingAt()) {
            throw new IllegalStateException("unexpected statement in registry.sql: " + statement);
        }
        return matcher.group(1);
    }

    private void createMissing() {
        for (String statement : statements()) {
            String name = name(statement);
            Optional<String> existing = connection.first(
                    row -> Optional.ofNullable(row.getString(1)).orElse(""),
                    "SELECT sql FROM sqlite_master WHERE name = ?",
                    name);
            if (existing.isEmpty()) {
                connection.runOnce(statement);
                if (name.equals("cert")) {
                    connection.run("INSERT INTO cert VALUES ('', NULL, NULL)");
                }
            } else if (!existing.get().equals(statement)) {
                // Compat: the original compares texts as well, and would refuse the file.
                throw new StoreFailure("table " + name + " has an unexpected definition");
            }
        }
    }

    private void checkConfig() {
        List<String> wrong = connection.list(
                row -> row.getString(1),
                "SELECT name FROM config WHERE"
                        + " name IN ('version', 'babel_hmac0', 'babel_hmac1', 'babel_hmac2') AND typeof(value) != 'blob'"
                        + " OR name IN ('prefix', 'last_config') AND typeof(value) != 'text'"
                        + " OR name = 'serial' AND (typeof(value) != 'integer' OR value < 0)"
                        + " OR name = 'valid_until' AND typeof(value) NOT IN ('real', 'integer')");
        if (!wrong.isEmpty()) {
            throw new StoreFailure("unexpected type of value in table config: " + wrong);
        }
        connection
                .first(row -> row.getString(1), "SELECT value FROM config WHERE name = 'prefix'")
                .ifPresent(this::prefix);
    }

    private void checkDates() {
        boolean wrong = connection
                .first(
                        row -> true,
                        "SELECT 1 FROM token WHERE typeof(token) != 'text' OR typeof(email) != 'text'"
                                + " OR typeof(prefix_len) != 'integer' OR typeof(date) NOT IN ('integer', 'real')"
                                + " UNION ALL SELECT 1 FROM crl WHERE typeof(date) NOT IN ('integer', 'real') LIMIT 1")
                .isPresent();
        if (wrong) {
            throw new StoreFailure("unexpected type of value in table token or crl");
        }
    }

    /** Every block is a prefix of the network, and none lies in another. */
    private void checkBlocks() {
        connection.scan(
                Optional.<Prefix>empty(),
                (previous, row) -> {
                    Prefix block = prefix(row.getString(1));
                    if (previous.isPresent() && block.startsWith(previous.get())) {
                        throw new StoreFailure("block " + block.bits() + " lies in "
                                + previous.get().bits());
                    }
                    return Optional.of(block);
                },
                "SELECT CASE typeof(prefix) WHEN 'text' THEN prefix END FROM cert ORDER BY prefix");
        if (connection.first(row -> true, "SELECT 1 FROM cert LIMIT 1").isEmpty()) {
            throw new StoreFailure("table cert is empty");
        }
    }

    private Prefix prefix(@Nullable String bits) {
        return Optional.ofNullable(bits)
                .flatMap(Prefix::parseBits)
                .filter(prefix -> prefix.length() <= maxPrefixLength)
                .orElseThrow(() -> new StoreFailure("not a prefix of this network: " + bits));
    }

    private void indexCertificates() {
        connection.run("DELETE FROM re6st_subject_serial");
        connection.run("INSERT INTO re6st_subject_serial VALUES (0)");
        connection.run("DELETE FROM re6st_certificate WHERE prefix NOT IN"
                + " (SELECT prefix FROM cert WHERE cert IS NOT NULL AND cert != 'reserved')");
        connection.run("DELETE FROM re6st_issued WHERE prefix NOT IN (SELECT prefix FROM re6st_certificate)"
                + " AND prefix NOT IN (SELECT prefix FROM cert WHERE cert IS NOT NULL)");
        connection.run("DELETE FROM re6st_session WHERE length(secret) != 20 OR prefix NOT IN"
                + " (SELECT prefix FROM cert WHERE cert IS NOT NULL AND cert != 'reserved')");
        connection.run("DELETE FROM re6st_superseded WHERE prefix NOT IN"
                + " (SELECT prefix FROM cert WHERE cert IS NOT NULL AND cert != 'reserved')");
        connection.run("DELETE FROM re6st_replaced WHERE length(secret) != 20 OR prefix NOT IN"
                + " (SELECT prefix FROM cert WHERE cert IS NOT NULL AND cert != 'reserved')");
        connection.run("DELETE FROM re6st_clash WHERE prefix NOT IN"
                + " (SELECT prefix FROM cert WHERE cert IS NOT NULL AND cert != 'reserved')");
        List<String[]> changed = connection.list(
                row -> new String[] {row.getString(1), row.getString(2)},
                "SELECT prefix, CASE typeof(cert) WHEN 'text' THEN cert ELSE '' END FROM cert"
                        + " LEFT JOIN re6st_certificate USING (prefix) WHERE cert IS NOT NULL AND cert != 'reserved'"
                        + " AND (pem_tail IS NULL OR pem_tail != substr(cert, -80))");
        SqlTx tx = new SqlTx(connection);
        for (String[] row : changed) {
            CertificateRow certificate =
                    reader.apply(row[1]).orElseThrow(() -> new StoreFailure("no certificate in the row of " + row[0]));
            tx.indexCertificate(new CertificateRow(
                    prefix(row[0]),
                    row[1],
                    certificate.serial(),
                    certificate.subjectSerial(),
                    certificate.endUnixSeconds()));
        }
    }
}
