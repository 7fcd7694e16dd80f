package net.re6st.registry.port;

import net.re6st.net.Bytes;

/**
 * One row of the audit log.
 *
 * @param number from 1, without gaps
 * @param act one of {@link Act}'s texts, or what a later version wrote
 * @param target what it was done to: a CN, a serial, an e-mail address, a version; empty if there is nothing to name
 * @param hash binds the row to the one before
 */
public record AuditRow(
        long number, long unixSeconds, String act, String target, String detail, Actor actor, Bytes hash) {
    /** What is recorded. The texts are in databases: they never change. */
    public enum Act {
        LOG_BEGUN("audit-begun"),
        LOG_DAMAGED("audit-damaged"),
        CERTIFICATE_ISSUED("certificate-issued"),
        CERTIFICATE_RENEWED("certificate-renewed"),
        CERTIFICATE_REVOKED("certificate-revoked"),
        NODE_REVOKED("node-revoked"),
        PREFIX_FREED("prefix-freed"),
        TOKEN_ADDED("token-added"),
        TOKEN_USED("token-used"),
        TOKEN_DELETED("token-deleted"),
        TOKEN_EXPIRED("token-expired"),
        KEY_ROTATED("key-rotated"),
        PARAMETERS_CHANGED("parameters-changed"),
        AUTHORITY_RENEWED("ca-renewed"),
        DATABASE_RESTORED("database-restored"),
        CLONE_SUSPECTED("clone-suspected");

        private final String text;

        Act(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }
}
