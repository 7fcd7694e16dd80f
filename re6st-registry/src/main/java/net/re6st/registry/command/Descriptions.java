package net.re6st.registry.command;

import java.util.List;
import java.util.Optional;
import net.re6st.config.Value;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.net.Moment;
import net.re6st.net.Network;
import net.re6st.registry.core.CurrentAuthority;
import net.re6st.registry.core.Finding;
import net.re6st.registry.port.AuditHead;
import net.re6st.registry.port.AuditRow;
import net.re6st.registry.port.NodeRow;
import net.re6st.registry.port.TokenRow;

/** The JSON form of what several subcommands show. */
final class Descriptions {
    private Descriptions() {}

    /** Whether a node's certificate is good: {@code valid}, {@code revoked} or {@code ended}. */
    static String state(NodeRow node, long nowUnixSeconds) {
        if (node.isRevoked()) {
            return "revoked";
        }
        return node.endUnixSeconds() > nowUnixSeconds ? "valid" : "ended";
    }

    static Value node(Network network, NodeRow node, long nowUnixSeconds) {
        return Report.object(
                "cn", Value.of(node.prefix().cn()),
                "prefix", Value.of(node.prefix().bits()),
                "subnet", Value.of(network.subnet(node.prefix()).toString()),
                "email", Report.orNull(node.email()),
                "serial", Value.of(node.serial()),
                "subject_serial", Report.orNull(node.subjectSerial()),
                "not_after", Report.time(node.endUnixSeconds()),
                "state", Value.of(state(node, nowUnixSeconds)));
    }

    static Value authority(CurrentAuthority current, Moment now) {
        Certificate certificate = current.authority().certificate();
        return Report.object(
                "subject", Value.of(certificate.subject().toString()),
                "network", Value.of(current.authority().network().toString()),
                "not_before", Report.time(certificate.notBefore().getEpochSecond()),
                "not_after", Report.time(certificate.notAfter().getEpochSecond()),
                "days_left", Value.of(current.remaining(now).toDays()),
                "fingerprint", Value.of(fingerprint(current.authority())),
                "warning", Report.orNull(current.warning(now)));
    }

    static String fingerprint(CertificateAuthority authority) {
        return fingerprint(authority.certificate());
    }

    static String fingerprint(Certificate certificate) {
        return "sha256:" + certificate.fingerprint("sha256").orElseThrow().toHex();
    }

    static Value token(TokenRow token) {
        return Report.object(
                "token", Value.of(token.token()),
                "email", Value.of(token.email()),
                "prefix_length", Value.of(token.prefixLength()),
                "made", Report.time(token.madeUnixSeconds()));
    }

    static Value audit(AuditRow row) {
        return Report.object(
                "number", Value.of(row.number()),
                "time", Report.time(row.unixSeconds()),
                "act", Value.of(row.act()),
                "target", Value.of(row.target()),
                "detail", Value.of(row.detail()),
                "actor",
                        Report.object(
                                "kind", Value.of(row.actor().kind()),
                                "name", Value.of(row.actor().name()),
                                "address", Value.of(row.actor().address())),
                "hash", Value.of(row.hash().toHex()));
    }

    static Value head(Optional<AuditHead> head) {
        return head.map(last -> Report.object(
                        "number",
                        Value.of(last.number()),
                        "hash",
                        Value.of(last.hash().toHex())))
                .orElseGet(Value.Null::new);
    }

    static Value findings(List<Finding> findings) {
        return Value.of(findings.stream()
                .map(finding ->
                        Report.object("where", Value.of(finding.where()), "problem", Value.of(finding.problem())))
                .toList());
    }
}
