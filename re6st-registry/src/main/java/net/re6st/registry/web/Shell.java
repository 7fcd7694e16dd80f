package net.re6st.registry.web;

import java.util.Optional;
import java.util.stream.Stream;
import net.re6st.net.Moment;

/**
 * What all pages of the administration have around their content.
 *
 * @param formToken what each form must send back; empty if nobody is logged in
 * @param done what was just done
 * @param failure what was not possible
 */
record Shell(
        String network,
        AdminView view,
        Optional<String> formToken,
        Optional<String> done,
        Optional<String> failure,
        long nowUnixSeconds) {
    static long seconds(Moment now) {
        return Math.floorDiv(now.wallMicros(), 1_000_000L);
    }

    Iterable<AdminView> menu() {
        return Stream.of(AdminView.values())
                .filter(entry -> !entry.menu().isEmpty())
                .toList();
    }

    String form() {
        return formToken.orElse("");
    }
}
