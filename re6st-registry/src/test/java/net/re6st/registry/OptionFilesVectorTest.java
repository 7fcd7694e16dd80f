package net.re6st.registry;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import net.re6st.cli.Program;
import net.re6st.testing.OptionFileCases;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionFilesVectorTest {
    @TempDir
    Path directory;

    @Test
    void readsOptionsAsTheOriginal() {
        new OptionFileCases<>(
                        "re6st-registry",
                        Program.withOptionFiles("re6st-registry", RegistryOptions::new),
                        destinations(),
                        OptionFilesVectorTest::withPrivate,
                        OptionFilesVectorTest::isAcceptedHere)
                .replay(directory);
    }

    /** The recorded version has no option of that name, so that in a file it takes one dash. */
    private static List<String> withPrivate(List<String> expanded) {
        return expanded.stream()
                .map(word -> word.equals("-private") ? "--private" : word)
                .toList();
    }

    private static boolean isAcceptedHere(List<String> expanded) {
        return expanded.contains("--private") || !expanded.contains("--dh");
    }

    private static Map<String, Function<RegistryOptions, @Nullable Object>> destinations() {
        Map<String, Function<RegistryOptions, @Nullable Object>> all = new HashMap<>();
        all.put("port", options -> options.port);
        all.put("bind4", options -> options.ipv4Listen);
        all.put("bind6", options -> options.ipv6Listen);
        all.put("db", RegistryOptions::db);
        all.put("dh", options -> options.dh);
        all.put("ca", options -> options.ca);
        all.put("key", options -> options.key);
        all.put("mailhost", options -> options.mailhost);
        all.put("smtp_user", options -> options.smtpUser);
        all.put("smtp_pwd", options -> options.smtpPassword);
        all.put("smtp_starttls", options -> options.smtpStartTls);
        all.put("prefix_length", options -> options.prefixLength);
        all.put("anonymous_prefix_length", options -> options.anonymousPrefixLength);
        all.put("ipv4", OptionFilesVectorTest::ipv4);
        all.put("logfile", options -> options.logfile);
        all.put("run", options -> options.run);
        all.put("verbose", options -> options.verbose);
        all.put("min_protocol", options -> options.minProtocol);
        all.put("authorized_origin", OptionFilesVectorTest::origins);
        all.put("community", options -> options.community);
        all.put("grace_period", options -> options.gracePeriod);
        all.put("hello", options -> options.hello);
        all.put("encrypt", options -> options.encrypt);
        all.put("client_count", options -> options.clientCount);
        all.put("max_clients", RegistryOptions::maxClients);
        all.put("tunnel_refresh", options -> options.tunnelRefresh);
        all.put("same_country", options -> options.sameCountry.isEmpty() ? null : options.sameCountry);
        return all;
    }

    private static @Nullable Object ipv4(RegistryOptions options) {
        return options.ipv4.isEmpty() ? null : List.of(options.ipv4.get(0), Integer.valueOf(options.ipv4.get(1)));
    }

    /** The host's own addresses are always among them. */
    private static List<String> origins(RegistryOptions options) {
        List<String> origins = new ArrayList<>(List.of("127.0.0.1", "::1"));
        origins.addAll(options.authorizedOrigin);
        return origins;
    }
}
