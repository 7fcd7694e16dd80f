package net.re6st.registry.port;

import java.util.List;
import java.util.Optional;

/** The rows of a database as they are in the file, whatever they are: for checks. */
public interface DatabaseContent {
    /** A value of a table; {@code type} as SQLite calls it, {@code text} in hexadecimal if it is a blob. */
    record Cell(String type, String text) {
        public boolean isNull() {
            return type.equals("null");
        }

        /** The text, if it is one. */
        public Optional<String> asText() {
            return type.equals("text") ? Optional.of(text) : Optional.empty();
        }

        /** The number, if it is a whole one. */
        public Optional<Long> asLong() {
            return type.equals("integer") ? Optional.of(Long.valueOf(text)) : Optional.empty();
        }
    }

    /** Takes one row. */
    @FunctionalInterface
    interface RowTaker {
        void take(List<Cell> cells);
    }

    /** What the database engine itself finds wrong with the file, one sentence each. */
    List<String> damages();

    /** Hands over these columns of all rows, ordered by the first of them. Throws nothing for damaged values. */
    void forEach(String table, List<String> columns, RowTaker taker);
}
