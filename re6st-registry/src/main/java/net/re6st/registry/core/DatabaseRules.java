package net.re6st.registry.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import net.re6st.config.Json;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.port.DatabaseContent;
import net.re6st.registry.port.DatabaseContent.Cell;
import net.re6st.wire.PackedInteger;

/**
 * The rules that a registry's database keeps, checked row by row: the tree covers the network once, each certificate is the
 * CA's and that of its row, serials are unique and were given out, what is published is signed and up to date.
 */
public final class DatabaseRules {
    private static final List<String> BLOBS = List.of("version", "babel_hmac0", "babel_hmac1", "babel_hmac2");
    private static final int SECRET_BYTES = 20;
    private static final int DIGEST_BYTES = 32;

    private final DatabaseContent content;
    private final CertificateAuthority authority;
    private final Findings findings = new Findings();
    private final Map<String, Cell> config = new HashMap<>();
    private final TreeSet<Long> revoked = new TreeSet<>();

    private DatabaseRules(DatabaseContent content, CertificateAuthority authority) {
        this.content = content;
        this.authority = authority;
    }

    /** What was found, and how many nodes there are. */
    public record Result(int nodes, List<Finding> findings) {}

    /** Checks everything but the audit log. */
    public static Result check(DatabaseContent content, CertificateAuthority authority) {
        DatabaseRules rules = new DatabaseRules(content, authority);
        content.damages().forEach(damage -> rules.findings.add("database", damage));
        rules.checkConfig();
        rules.checkRevoked();
        long lastSerial = rules.config("serial").flatMap(Cell::asLong).orElse(0L);
        BlockRules blocks = new BlockRules(authority, lastSerial, rules.findings);
        content.forEach("cert", List.of("prefix", "cert"), row -> blocks.take(row.get(0), row.get(1)));
        blocks.end();
        rules.checkPublished(blocks);
        rules.checkRevokedWereIssued(lastSerial);
        rules.checkTokens();
        new LookupRules(content, blocks, rules.findings).check();
        rules.checkUsed(blocks);
        rules.checkSuperseded(blocks, lastSerial);
        rules.checkSessions(blocks);
        rules.checkClashes(blocks);
        rules.checkAuthority();
        return new Result(blocks.nodes().size(), rules.findings.list());
    }

    private Optional<Cell> config(String name) {
        return Optional.ofNullable(config.get(name));
    }

    private void checkConfig() {
        content.forEach("config", List.of("name", "value"), row -> {
            String name = row.get(0).text();
            Cell value = row.get(1);
            config.put(name, value);
            String where = "config " + name;
            if (BLOBS.contains(name)) {
                findings.addUnless(value.type().equals("blob"), where, "is no blob");
            } else if (name.equals("serial")) {
                findings.addUnless(value.asLong().orElse(-1L) >= 0, where, "is no serial");
            } else if (name.equals("valid_until")) {
                boolean isTime = value.type().equals("integer") || value.type().equals("real");
                findings.addUnless(isTime, where, "is no time");
            } else if (name.equals("prefix") || name.equals("last_config")) {
                findings.addUnless(value.type().equals("text"), where, "is no text");
            }
            boolean isKey = name.startsWith("babel_hmac") && value.type().equals("blob");
            int length = value.text().length() / 2;
            findings.addUnless(!isKey || length == 0 || length == BabelKeys.SIZE, where, "is no key");
        });
    }

    private void checkPublished(BlockRules blocks) {
        Optional<String> prefix = config("prefix").flatMap(Cell::asText);
        prefix.ifPresent(bits -> findings.addUnless(
                blocks.nodes().containsKey(bits), "config prefix", "the registry's node has no certificate"));
        config("version").filter(cell -> cell.type().equals("blob")).ifPresent(cell -> {
            Bytes version = Bytes.ofHex(cell.text());
            Optional<PackedInteger.Decoded> number = PackedInteger.decode(version, 0);
            boolean isSigned = number.filter(
                            decoded -> authority.verify(version.slice(0, decoded.size()), version.from(decoded.size())))
                    .isPresent();
            findings.addUnless(isSigned, "config version", "not signed by this CA");
            findings.addUnless(config.containsKey("last_config"), "config last_config", "missing");
        });
        config("last_config").flatMap(Cell::asText).ifPresent(text -> checkLastConfig(text, prefix));
    }

    private void checkLastConfig(String text, Optional<String> prefix) {
        Optional<Value.Members> members =
                Json.parse(text).filter(Value.Members.class::isInstance).map(Value.Members.class::cast);
        if (members.isEmpty()) {
            findings.add("config last_config", "no JSON object");
            return;
        }
        Optional<Value> serials = Optional.ofNullable(members.get().members().get(Parameter.CRL.text()));
        findings.addUnless(
                serials.equals(Optional.of(VersionStamp.serials(List.copyOf(revoked)))),
                "config last_config",
                "lists other revoked serials than the table crl");
        Optional<Value> published = Optional.ofNullable(members.get().members().get(Parameter.REGISTRY_PREFIX.text()));
        findings.addUnless(
                published.equals(prefix.map(Value::of)),
                "config last_config",
                "names another registry node than prefix");
    }

    private void checkRevoked() {
        content.forEach("crl", List.of("serial", "date"), row -> {
            row.get(0).asLong().ifPresent(revoked::add);
            boolean isDate =
                    row.get(1).type().equals("integer") || row.get(1).type().equals("real");
            findings.addUnless(isDate, "crl " + row.get(0).text(), "its date is none");
        });
    }

    private void checkRevokedWereIssued(long lastSerial) {
        for (long serial : revoked) {
            findings.addUnless(serial >= 0 && serial <= lastSerial, "crl " + serial, "was never issued");
        }
    }

    private void checkTokens() {
        int max = authority.network().maxPrefixLength();
        content.forEach("token", List.of("token", "email", "prefix_len", "date"), row -> {
            // Tokens are secrets: the row is named by whom it is for.
            String where = "token for " + row.get(1).text();
            findings.addUnless(row.get(0).type().equals("text"), where, "is no text");
            findings.addUnless(row.get(1).type().equals("text"), where, "its e-mail address is no text");
            long length = row.get(2).asLong().orElse(-1L);
            findings.addUnless(length >= 1 && length <= max, where, "no prefix can be that long");
            boolean isDate =
                    row.get(3).type().equals("integer") || row.get(3).type().equals("real");
            findings.addUnless(isDate, where, "its date is none");
        });
    }

    private void checkUsed(BlockRules blocks) {
        content.forEach("re6st_issued", List.of("prefix", "key_digest", "pem", "date"), row -> {
            String bits = row.get(0).text();
            String where = "re6st_issued for " + bits;
            findings.addUnless(blocks.nodes().containsKey(bits), where, "there is no such node");
            findings.addUnless(isBlob(row.get(1), DIGEST_BYTES), where, "its digest is none");
            boolean isOurs = row.get(2)
                    .asText()
                    .flatMap(Certificate::ofPem)
                    .flatMap(Certificate::prefix)
                    .map(Prefix::bits)
                    .filter(bits::equals)
                    .isPresent();
            findings.addUnless(isOurs, where, "its certificate is not that of the prefix");
            findings.addUnless(row.get(3).asLong().isPresent(), where, "its date is none");
        });
    }

    private void checkSuperseded(BlockRules blocks, long lastSerial) {
        content.forEach("re6st_superseded", List.of("serial", "prefix", "not_after"), row -> {
            String where = "re6st_superseded " + row.get(0).text();
            long serial = row.get(0).asLong().orElse(-1L);
            findings.addUnless(serial >= 0 && serial <= lastSerial, where, "was never issued");
            findings.addUnless(blocks.nodes().containsKey(row.get(1).text()), where, "there is no such node");
            findings.addUnless(row.get(2).asLong().isPresent(), where, "its date is none");
        });
    }

    private void checkSessions(BlockRules blocks) {
        List<String> columns = List.of("prefix", "secret", "protocol", "pending_secret", "pending_protocol");
        content.forEach("re6st_session", columns, row -> {
            String bits = row.get(0).text();
            String where = "re6st_session of " + bits;
            findings.addUnless(blocks.nodes().containsKey(bits), where, "there is no such node");
            boolean isGood =
                    isBlob(row.get(1), SECRET_BYTES) && row.get(2).asLong().isPresent();
            boolean hasNone = row.get(3).isNull() && row.get(4).isNull();
            boolean hasOne =
                    isBlob(row.get(3), SECRET_BYTES) && row.get(4).asLong().isPresent();
            findings.addUnless(isGood && (hasNone || hasOne), where, "is no session");
        });
    }

    private void checkClashes(BlockRules blocks) {
        content.forEach("re6st_replaced", List.of("prefix", "secret", "date", "address"), row -> {
            String where = "re6st_replaced of " + row.get(0).text();
            findings.addUnless(blocks.nodes().containsKey(row.get(0).text()), where, "there is no such node");
            boolean isGood = isBlob(row.get(1), SECRET_BYTES)
                    && row.get(2).asLong().isPresent()
                    && row.get(3).asText().isPresent();
            findings.addUnless(isGood, where, "is no session");
        });
        content.forEach("re6st_clash", List.of("prefix", "times", "date", "address", "other_address"), row -> {
            String where = "re6st_clash of " + row.get(0).text();
            findings.addUnless(blocks.nodes().containsKey(row.get(0).text()), where, "there is no such node");
            boolean isGood = row.get(1).asLong().orElse(0L) > 0
                    && row.get(2).asLong().isPresent()
                    && row.get(3).asText().isPresent()
                    && row.get(4).asText().isPresent();
            findings.addUnless(isGood, where, "is no count");
        });
    }

    private static boolean isBlob(Cell cell, int bytes) {
        return cell.type().equals("blob") && cell.text().length() == 2 * bytes;
    }

    private void checkAuthority() {
        content.forEach("re6st_ca", List.of("pem"), row -> {
            boolean same = row.get(0)
                    .asText()
                    .flatMap(CertificateAuthority::ofPem)
                    .filter(authority::isSameAs)
                    .isPresent();
            findings.addUnless(same, "re6st_ca", "is no certificate of this CA");
        });
    }
}
