package net.re6st.registry.web;

import java.util.Optional;

/** The administrator's password, read when somebody logs in: a change of it counts at once. */
@FunctionalInterface
public interface AdminPassword {
    /** The shortest password: with the limit on attempts, guessing takes longer than anybody has. */
    int MIN_LENGTH = 12;

    /** Empty if it can't be read, or must not be used. */
    Optional<String> read();
}
