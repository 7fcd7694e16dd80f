package net.re6st.registry.web;

import java.util.Arrays;
import java.util.Optional;

/** The pages below {@code /admin/}, by path; those with a title in the menu stand in it, in this order. */
enum AdminView {
    LOGIN("login", ""),
    OVERVIEW("", "Overview"),
    NETWORK("network", "Network"),
    NODES("nodes", "Nodes"),
    TOKENS("tokens", "Tokens"),
    KEYS("keys", "Keys"),
    PARAMETERS("parameters", "Parameters"),
    AUDIT("audit", "Audit log"),
    NODE("node", ""),
    CONFIRM_REVOKE("confirm-revoke", ""),
    NETWORK_JSON("network.json", "");

    private final String path;
    private final String menu;

    AdminView(String path, String menu) {
        this.path = path;
        this.menu = menu;
    }

    static Optional<AdminView> at(String path) {
        return Arrays.stream(values()).filter(view -> view.path.equals(path)).findFirst();
    }

    String path() {
        return path;
    }

    /** For a link from another page of the administration. */
    String link() {
        return path.isEmpty() ? "./" : path;
    }

    String menu() {
        return menu;
    }

    /** Of which entry of the menu it is a part. */
    AdminView section() {
        return this == NODE || this == CONFIRM_REVOKE ? NODES : this;
    }
}
