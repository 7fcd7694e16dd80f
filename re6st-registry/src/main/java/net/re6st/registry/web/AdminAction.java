package net.re6st.registry.web;

import java.util.Arrays;
import java.util.Optional;

/**
 * Everything that pages can change, by its path below {@code /admin/}: requested by POST only, with the token of the form.
 * A test refuses each of them in every way, so that a new one can't be forgotten.
 */
enum AdminAction {
    LOG_IN("log-in"),
    LOG_OUT("log-out"),
    ADD_TOKEN("add-token"),
    DELETE_TOKEN("delete-token"),
    REVOKE("revoke"),
    ROTATE_KEYS("rotate-keys");

    private final String path;

    AdminAction(String path) {
        this.path = path;
    }

    static Optional<AdminAction> at(String path) {
        return Arrays.stream(values())
                .filter(action -> action.path.equals(path))
                .findFirst();
    }

    String path() {
        return path;
    }
}
