package net.re6st.registry.os;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConnection;

/** A connection to a SQLite file. */
final class SqliteConnection extends SqlConnection {
    private static final int ALL_PAGES = -1;
    private static final int BUSY_MILLIS = 100;
    private static final int BUSY_TRIES = 100;

    SqliteConnection(Path file) throws SQLException {
        super(connect(file));
    }

    private static Connection connect(Path file) throws SQLException {
        Properties properties = new Properties();
        // Otherwise each insertion is followed by a query that nobody needs.
        properties.setProperty("jdbc.get_generated_keys", "false");
        // Not DriverManager: it would load the drivers of other databases as well.
        return JDBC.createConnection("jdbc:sqlite:" + file.toAbsolutePath(), properties);
    }

    @Override
    SqlDialect dialect() {
        return SqlDialect.SQLITE;
    }

    /** Copies all pages, in one go, into a file. */
    void copyTo(Path file) throws SQLException {
        int status = connection()
                .unwrap(SQLiteConnection.class)
                .getDatabase()
                .backup("main", file.toAbsolutePath().toString(), null, BUSY_MILLIS, BUSY_TRIES, ALL_PAGES);
        if (status != 0) {
            throw new SQLException("copying ended with code " + status);
        }
    }
}
