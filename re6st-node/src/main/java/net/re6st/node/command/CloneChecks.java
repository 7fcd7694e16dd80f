package net.re6st.node.command;

import java.util.List;

/** The doctor's check for certificates that two machines have. */
final class CloneChecks {
    private CloneChecks() {}

    static List<Finding> clones(Examination seen) {
        if (!seen.isRunning()) {
            return List.of(Finding.skipped("clones", "re6stnet does not run"));
        }
        List<Reply> clones = seen.status().list("clones");
        return clones.isEmpty()
                ? List.of(Finding.ok("clones", "no certificate is seen on two machines"))
                : clones.stream().map(clone -> finding(seen, clone)).toList();
    }

    private static Finding finding(Examination seen, Reply clone) {
        String prefix = clone.text("prefix");
        String heard = heard(clone.list("announcers")) + connecting(clone.texts("addresses"));
        String remedy = seen.status().at("registry").text("prefix").equals(prefix) ? ofRegistry() : remedy(prefix);
        return clone.is("own")
                ? Finding.error(
                        "clones",
                        "another machine has our certificate, that of " + prefix + ", since " + clone.text("since")
                                + heard,
                        remedy)
                : Finding.warning(
                        "clones", "two machines are " + prefix + " since " + clone.text("since") + heard, remedy);
    }

    private static String remedy(String prefix) {
        return "one was copied from the other: revoke the certificate at the registry (re6st-registry revoke " + prefix
                + "), delete cert.crt and cert.key on both machines, and run re6st-conf on each, with a token of its own";
    }

    /** Its prefix can't be given up, so that it can't be revoked by CN. */
    private static String ofRegistry() {
        return "it is the registry's own node, which stays beside the registry: end re6stnet on the machine that is a"
                + " copy, delete cert.crt and cert.key there, and run re6st-conf there, with a token of its own";
    }

    private static String connecting(List<String> addresses) {
        return addresses.isEmpty() ? "" : "; connecting in turn from " + String.join(", ", addresses);
    }

    private static String heard(List<Reply> announcers) {
        List<String> each = announcers.stream()
                .map(announcer ->
                        announcer.text("routerId") + " through " + String.join(", ", announcer.texts("neighbours")))
                .toList();
        return each.isEmpty() ? "" : "; heard: " + String.join("; ", each);
    }
}
