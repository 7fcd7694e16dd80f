package net.re6st.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What a command line of babeld means, whoever wrote it.
 *
 * @param redistributed what is announced, the final "nothing else" included
 * @param sign the key in hexadecimal, or empty
 * @param acceptsAll whether packets with another signature are believed although there is a key
 * @param options of every interface
 * @param filters of default routes
 */
public record BabeldMeaning(
        String hello,
        String log,
        String state,
        TreeSet<String> redistributed,
        String sign,
        boolean acceptsAll,
        String options,
        TreeSet<String> filters,
        TreeSet<String> sources,
        List<String> extra) {
    private static final String UNSOURCED = "in ip ::/0 eq 0 src-ip ::/0 src-eq 0 deny";

    /** Reads the original's words; {@code accept} is the second key of the network in hexadecimal, or empty. */
    public static BabeldMeaning ofOriginal(
            List<String> argv, String network, String accept, String control, List<String> extra) {
        Words words = new Words(argv);
        words.takeEnd(extra);
        if (!control.isEmpty()) {
            words.take("-X", control);
        }
        Reading reading = new Reading(words);
        String restricted = "install ip ::/0 eq 0 src-ip ::/0 src-eq 0 src-prefix " + network;
        if (reading.statements.remove(restricted)) {
            // Stock babeld can't restrict such a route, so we don't take it.
            reading.statements.add(UNSOURCED);
        }
        String sign = reading.key("key type blake2s128 id sign value ");
        if (!sign.isEmpty() && !accept.isEmpty()) {
            assertThat(reading.key("key type blake2s128 id accept value ")).isEqualTo(accept);
        }
        String options = reading.options();
        boolean signs = options.contains(" key sign");
        assertThat(signs).isEqualTo(!sign.isEmpty());
        boolean acceptsAll = options.endsWith(" accept-bad-signatures true");
        String plain = options.replace(" accept-bad-signatures true", "").replace(" key sign", "");
        return reading.meaning(sign, acceptsAll, plain, extra);
    }

    /** Reads our words; {@code network} is restricted to where the original says so. */
    static BabeldMeaning ofOurs(List<String> argv, BabeldCommand.Settings settings) {
        Words words = new Words(argv);
        words.takeEnd(settings.extra());
        words.takeEnd(settings.lan().stream().map(Object::toString).toList());
        words.takeEnd(List.of("re6st-none"));
        words.take("-G", settings.control().toString());
        Reading reading = new Reading(words);
        for (String filter : List.of(" if re6hard%d metric 65534", " if re6lock%d metric 20000")) {
            for (int slot = 0; slot < BabeldCommand.LOCKS; slot++) {
                assertThat(reading.statements.remove(0)).isEqualTo("in" + filter.formatted(slot));
                assertThat(reading.statements.remove(0)).isEqualTo("out" + filter.formatted(slot));
            }
        }
        assertThat(reading.statements.remove(0)).isEqualTo("in if re6empty0 metric 65534");
        assertThat(reading.statements.remove(0)).isEqualTo("in if re6hold0 metric 8000");
        assertThat(reading.statements.remove(0)).isEqualTo("random-id true");
        // Routes of this origin are what the plan announces of the IPv4 payload; tunnels have its address.
        assertThat(reading.statements.remove("redistribute ip 0.0.0.0/0 proto 144"))
                .isTrue();
        settings.ip4().ifPresent(block -> {
            reading.statements.add("redistribute ip " + block + " eq " + block.length());
            if (settings.lan().isEmpty()) {
                reading.statements.add("install pref-src " + block.address());
            }
        });
        String sign = reading.key("key id sign type blake2s128 value ");
        assertThat(sign).isEqualTo(settings.keys().sign().toHex());
        String options = reading.options();
        boolean acceptsAll = options.endsWith(" key sign accept-bad-signatures true");
        String plain = options.replaceFirst(" ?key sign accept-bad-signatures (true|false)$", "");
        if (!settings.sourceRouting() && !settings.gateway()) {
            // The original would take it and send everything there.
            assertThat(reading.statements.remove(UNSOURCED)).isTrue();
        }
        if (settings.gateway()) {
            // Default routes set with ip(8): the original's babeld takes them with the others.
            String manual = "redistribute ip ::/0 eq 0 proto 3 src-prefix ";
            String source = reading.key(manual);
            assertThat(reading.statements).contains("redistribute ip ::/0 eq 0 src-prefix " + source);
        }
        boolean shared = settings.keys().shared();
        return reading.meaning(shared ? sign : "", shared && acceptsAll, plain, settings.extra());
    }

    private static final class Reading {
        private final String hello;
        private final String log;
        private final String state;
        private final List<String> statements = new ArrayList<>();

        Reading(Words words) {
            words.take("babeld", "-h");
            hello = words.value("-H");
            words.take(hello);
            log = words.value("-L");
            state = words.value("-S");
            words.take("-I", "", "-s");
            while (words.has("-C")) {
                statements.add(words.value("-C"));
            }
            words.end();
        }

        String key(String start) {
            for (String statement : statements) {
                if (statement.startsWith(start)) {
                    statements.remove(statement);
                    return statement.substring(start.length());
                }
            }
            return "";
        }

        String options() {
            String found = statements.stream()
                    .filter(s -> s.startsWith("default "))
                    .findFirst()
                    .orElseThrow();
            statements.remove(found);
            return found.substring("default ".length());
        }

        BabeldMeaning meaning(String sign, boolean acceptsAll, String options, List<String> extra) {
            TreeSet<String> redistributed = new TreeSet<>();
            TreeSet<String> filters = new TreeSet<>();
            TreeSet<String> sources = new TreeSet<>();
            for (String statement : statements) {
                if (statement.startsWith("redistribute ")) {
                    redistributed.add(statement);
                } else if (statement.startsWith("install pref-src ")) {
                    sources.add(statement);
                } else {
                    filters.add(statement);
                }
            }
            assertThat(redistributed.size() + filters.size() + sources.size()).isEqualTo(statements.size());
            return new BabeldMeaning(
                    hello, log, state, redistributed, sign, acceptsAll, options, filters, sources, extra);
        }
    }
}
