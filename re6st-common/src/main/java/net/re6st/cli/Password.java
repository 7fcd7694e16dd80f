package net.re6st.cli;

/** The value of an option that must never appear in a log: printing it shows nothing of it. */
public record Password(String text) {
    @Override
    public String toString() {
        return "(hidden)";
    }
}
