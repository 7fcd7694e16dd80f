package net.re6st.lab;

/** A failure of the laboratory or of what it waits for, told in words meant for its user. */
public final class LabException extends RuntimeException {
    public LabException(String message) {
        super(message);
    }

    public LabException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The message for the user. */
    public String describe() {
        String message = getMessage();
        return message == null ? "failed" : message;
    }
}
