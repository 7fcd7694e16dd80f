package net.re6st.registry.os;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import net.re6st.cli.Failure;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/** Connects to PostgreSQL: which limits each connection has, and where its password comes from. */
final class PostgresDriver {
    static final String APPLICATION = "re6st-registry";
    private static final int CONNECT_SECONDS = 3;

    /** Longer than {@link #LIMITS} let any statement wait: then the server, or what is between, hangs. */
    private static final int ANSWER_SECONDS = 15;

    /**
     * A process that was stopped in the middle of a change, or whose machine lost its network, must not hold up the others:
     * the server ends its transaction. Nobody waits longer for a lock than calls wait at all.
     */
    private static final String LIMITS = "SET lock_timeout = " + Outage.PATIENCE.toMillis()
            + "; SET idle_in_transaction_session_timeout = 10000; SET statement_timeout = 12000";

    private PostgresDriver() {}

    private static Properties properties(PostgresAddress address) throws Failure {
        Properties properties = new Properties();
        PGProperty.APPLICATION_NAME.set(properties, APPLICATION);
        PGProperty.CONNECT_TIMEOUT.set(properties, CONNECT_SECONDS);
        PGProperty.SOCKET_TIMEOUT.set(properties, ANSWER_SECONDS);
        // The detail of a message quotes values: tokens are secrets.
        PGProperty.LOG_SERVER_ERROR_DETAIL.set(properties, false);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        PGProperty.TARGET_SERVER_TYPE.set(properties, "primary");
        // Which of several servers is the primary may have changed since the last look.
        PGProperty.HOST_RECHECK_SECONDS.set(properties, 0);
        if (address.user().isPresent()) {
            PGProperty.USER.set(properties, address.user().get());
        }
        if (address.passwordFile().isPresent()) {
            Path file = address.passwordFile().get();
            PGProperty.PASSWORD.set(properties, PasswordFile.firstLine(file, 1));
        }
        return properties;
    }

    /** For who makes connections by itself. */
    static DataSource dataSource(PostgresAddress address) throws Failure {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(address.url());
        try {
            for (Map.Entry<Object, Object> property : properties(address).entrySet()) {
                source.setProperty(
                        property.getKey().toString(), property.getValue().toString());
            }
        } catch (SQLException e) {
            throw failure(address, e);
        }
        return source;
    }

    /** A new connection to the server that writes, with the limits of registries. */
    static PostgresConnection connect(PostgresAddress address) throws SQLException, Failure {
        PostgresConnection opened = open(address, properties(address));
        try {
            opened.runOnce(LIMITS);
        } catch (StoreFailure e) {
            opened.close();
            throw e.getCause() instanceof SQLException cause ? cause : new SQLException(e);
        }
        return opened;
    }

    /** The same without limits: for who reads everything, and thinks about it meanwhile. */
    static PostgresConnection connectForLong(PostgresAddress address) throws SQLException, Failure {
        Properties properties = properties(address);
        PGProperty.SOCKET_TIMEOUT.set(properties, 0);
        return open(address, properties);
    }

    private static PostgresConnection open(PostgresAddress address, Properties properties) throws SQLException {
        Connection connection = new Driver().connect(address.url(), properties);
        if (connection == null) {
            throw new SQLException("not an address of PostgreSQL: " + address);
        }
        return new PostgresConnection(connection);
    }

    /** What is wrong, in one line that says what to do, for somebody who starts a program. */
    static Failure failure(PostgresAddress address, SQLException e) {
        String message =
                String.valueOf(e.getMessage()).lines().findFirst().orElse("").replaceFirst("\\.$", "");
        String advice =
                switch (String.valueOf(e.getSQLState())) {
                    case "28P01", "28000", "08004" ->
                        ": check the user, and the password in --db-password-file or PGPASSFILE";
                    case "3D000" -> ": make it with createdb";
                    case "42501" -> ": the user needs the right to make tables, best as the owner of the database";
                    default -> PostgresTrouble.of(e) == PostgresTrouble.LOST ? ": does the server run?" : "";
                };
        return new Failure("can't use database " + address + ": " + message + advice);
    }
}
