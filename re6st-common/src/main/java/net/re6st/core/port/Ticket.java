package net.re6st.core.port;

/** Names one question to a port, so that the answer finds who asked. Never reused within a run. */
public record Ticket(long number) {}
