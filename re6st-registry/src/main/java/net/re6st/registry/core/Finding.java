package net.re6st.registry.core;

/** Something in a database that breaks its rules: the table and row, and what is wrong with it. */
public record Finding(String where, String problem) {
    @Override
    public String toString() {
        return where + ": " + problem;
    }
}
