package net.re6st.registry.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import net.re6st.cli.UsageError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How {@code --db} names a PostgreSQL database. */
class PostgresAddressTest {
    private static PostgresAddress read(String text) throws UsageError {
        return (PostgresAddress) Database.of(text, Optional.empty());
    }

    @Test
    void readsUrlsOfPsqlAndOfTheDriver() throws Exception {
        for (String text : new String[] {
            "postgresql://re6st@db.example.com:5433/registry",
            "postgres://re6st@db.example.com:5433/registry",
            "jdbc:postgresql://re6st@db.example.com:5433/registry",
            "jdbc:postgresql://db.example.com:5433/registry?user=re6st",
            "postgresql://re6st@db.example.com:5433/registry?target_session_attrs=read-write",
        }) {
            PostgresAddress address = read(text);
            assertThat(address.url()).isEqualTo("jdbc:postgresql://db.example.com:5433/registry");
            assertThat(address.user()).contains("re6st");
            assertThat(address).hasToString("postgresql://re6st@db.example.com:5433/registry");
            assertThat(address.file()).isEmpty();
        }
    }

    @Test
    void readsSeveralHostsAndSettings() throws Exception {
        PostgresAddress address = read("postgresql://u@[2001:db8::1]:5432,b/net?sslmode=verify-full&connectTimeout=1");
        assertThat(address.url())
                .isEqualTo("jdbc:postgresql://[2001:db8::1]:5432,b/net?connectTimeout=1&sslmode=verify-full");
        assertThat(address).hasToString("postgresql://u@[2001:db8::1]:5432,b/net");
        assertThat(read("postgresql:///net").url()).isEqualTo("jdbc:postgresql://localhost/net");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://re6st:secret@host/net",
                "postgresql://host/net?password=secret",
                "jdbc:postgresql://host/net?user=a&sslpassword=secret",
            })
    void refusesAPasswordAndDoesNotRepeatIt(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(UsageError.class)
                .hasMessageContaining("--db-password-file")
                .hasMessageContaining("PGPASSFILE")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://host",
                "postgresql://host/",
                "jdbc:postgresql:net",
                "jdbc:sqlite:file",
                "postgresql://host/net?targetServerType=secondary",
            })
    void refusesWhatNamesNoDatabase(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(UsageError.class).hasMessageStartingWith("--db: ");
    }

    @Test
    void takesAnythingElseForAFile() throws Exception {
        Database file = Database.of("postgresql.db", Optional.empty());
        assertThat(file.file()).contains(Path.of("postgresql.db"));
        assertThat(file.in(Path.of("/var"))).hasToString("/var/postgresql.db");
        Optional<Path> password = Optional.of(Path.of("p"));
        assertThatThrownBy(() -> Database.of("postgresql.db", password)).hasMessageContaining("--db-password-file");
        assertThat(Database.of("postgresql://h/n", password).in(Path.of("/etc")))
                .extracting(database -> ((PostgresAddress) database).passwordFile())
                .isEqualTo(Optional.of(Path.of("/etc/p")));
    }
}
