package net.re6st.registry.os;

import java.util.List;
import java.util.stream.Stream;

/** What differs between the statements for one database and those for another. */
enum SqlDialect {
    SQLITE(" INDEXED BY re6st_free", "value", "value", "value", "value"),
    /** Its columns have types, so that each kind of value has one of its own. */
    POSTGRESQL("", "text", "bytes", "whole", "fraction");

    /** After the table of blocks: use the index of free ones. */
    private final String freeBlocks;

    /** Where the table {@code config} keeps values of each kind. */
    private final String text;

    private final String bytes;
    private final String whole;
    private final String fraction;

    SqlDialect(String freeBlocks, String text, String bytes, String whole, String fraction) {
        this.freeBlocks = freeBlocks;
        this.text = text;
        this.bytes = bytes;
        this.whole = whole;
        this.fraction = fraction;
    }

    String freeBlocks() {
        return freeBlocks;
    }

    /** Where the table {@code config} may have the value of a row. */
    List<String> configValues() {
        return Stream.of(text, bytes, whole, fraction).distinct().toList();
    }

    String text() {
        return text;
    }

    String bytes() {
        return bytes;
    }

    String whole() {
        return whole;
    }

    String fraction() {
        return fraction;
    }
}
