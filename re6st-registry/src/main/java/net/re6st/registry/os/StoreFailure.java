package net.re6st.registry.os;

import java.sql.SQLException;

/** The database could not be read or written: nothing of the change took place. */
public class StoreFailure extends RuntimeException {
    StoreFailure(String what, SQLException cause) {
        super(cause.getMessage() + " (" + what + ")", cause);
    }

    StoreFailure(String message) {
        super(message);
    }
}
