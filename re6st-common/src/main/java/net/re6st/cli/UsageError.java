package net.re6st.cli;

/** A wrong command line: the message says what is wrong, the exit status is 2. */
public final class UsageError extends Exception {
    public UsageError(String message) {
        super(message);
    }
}
