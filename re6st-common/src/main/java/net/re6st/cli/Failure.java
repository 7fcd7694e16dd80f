package net.re6st.cli;

/** The program cannot start or go on, for a reason the operator can act on: the message, and the exit status. */
public final class Failure extends Exception {
    private final int status;

    public Failure(String message) {
        this(1, message);
    }

    public Failure(int status, String message) {
        super(message);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
