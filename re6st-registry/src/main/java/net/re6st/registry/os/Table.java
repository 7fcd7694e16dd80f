package net.re6st.registry.os;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tables that every registry's database has, whatever keeps it, and their columns: what is copied from one to another.
 *
 * @param order by which rows are copied: where it matters, that of their making
 */
record Table(String name, List<String> columns, String order) {
    /** In which values have types of their own; see {@link SqlDialect#configValues}. */
    static final String CONFIG = "config";

    static final List<Table> ALL = List.of(
            new Table("token", List.of("token", "email", "prefix_len", "date"), "rowid"),
            new Table("cert", List.of("prefix", "email", "cert"), "rowid"),
            new Table("crl", List.of("serial", "date"), "serial"),
            new Table(
                    "re6st_certificate",
                    List.of("prefix", "serial", "subject_serial", "not_after", "pem_tail"),
                    "prefix"),
            new Table("re6st_subject_serial", List.of("used_below"), "used_below"),
            new Table("re6st_issued", List.of("token", "key_digest", "prefix", "pem", "date"), "token"),
            new Table(
                    "re6st_session",
                    List.of("prefix", "secret", "protocol", "pending_secret", "pending_protocol"),
                    "prefix"),
            new Table(
                    "re6st_audit",
                    List.of(
                            "number",
                            "date",
                            "act",
                            "target",
                            "detail",
                            "actor_kind",
                            "actor_name",
                            "actor_address",
                            "hash"),
                    "number"),
            new Table("re6st_audit_head", List.of("number", "hash", "seal"), "number"),
            new Table("re6st_ca", List.of("pem"), "pem"),
            new Table("re6st_superseded", List.of("serial", "prefix", "not_after"), "serial"),
            new Table("re6st_replaced", List.of("prefix", "secret", "date", "address"), "prefix"),
            new Table("re6st_clash", List.of("prefix", "times", "date", "address", "other_address"), "prefix"));

    static List<String> names() {
        return Stream.concat(Stream.of(CONFIG), ALL.stream().map(Table::name)).toList();
    }

    String columnList() {
        return String.join(", ", columns);
    }

    String placeholders() {
        return columns.stream().map(column -> "?").collect(Collectors.joining(", "));
    }
}
