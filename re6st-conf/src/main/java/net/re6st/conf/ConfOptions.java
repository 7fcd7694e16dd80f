package net.re6st.conf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import net.re6st.cli.ProgramOptions;
import net.re6st.cli.ShellWords;
import net.re6st.cli.UsageError;
import net.re6st.rpc.RegistryUrl;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options of re6st-conf. */
@Command(description = "Joins a re6st network: obtains a certificate and writes the files that re6stnet needs.")
final class ConfOptions extends ProgramOptions {
    @Option(
            names = "--registry",
            required = true,
            paramLabel = "URL",
            description = "URL of the registry; may be repeated: if one does not answer, another is asked.")
    private List<String> registries = new ArrayList<>();

    @Option(
            names = "--tls-ca",
            paramLabel = "FILE",
            description = "Who vouches for an https registry, PEM (default: whom the system trusts).")
    private @Nullable Path tlsCa;

    @Option(
            names = "--fingerprint",
            paramLabel = "ALG:HEX",
            description = "Accept the network's CA only if it has this fingerprint.")
    private @Nullable String fingerprint;

    @Option(
            names = {"-d", "--dir"},
            paramLabel = "DIR",
            description = "Where to write the files (default: current directory).")
    private Path directory = Path.of("");

    @Option(
            names = {"-r", "--req"},
            paramLabel = "KEY VALUE",
            arity = "2",
            description = "Attribute of the certificate's subject; an empty VALUE drops it. May be repeated.")
    private List<String> attributes = new ArrayList<>();

    @Option(names = "--email", paramLabel = "EMAIL", description = "Address to send a token to.")
    private @Nullable String email;

    @Option(names = "--token", paramLabel = "TOKEN", description = "Token that was received.")
    private @Nullable String token;

    @Option(names = "--anonymous", description = "Join without a token.")
    private boolean anonymous;

    @Option(
            names = "--location",
            paramLabel = "CC,CO",
            description = "Country and continent, for networks whose addresses depend on them.")
    private @Nullable String location;

    @Option(names = "--ca-only", description = "Write the CA's certificate and exit.")
    private boolean caOnly;

    @Option(
            names = "--is-needed",
            description = "Write nothing; exit status is not 0 if this host is already part of the network.")
    private boolean isNeeded;

    private final List<RegistryUrl> urls = new ArrayList<>();

    /** One {@code -r}. */
    record Field(String key, String value) {}

    @Override
    protected void complete(List<String> rest) throws UsageError {
        super.complete(rest);
        for (String registry : registries()) {
            urls.add(RegistryUrl.parse(registry)
                    .orElseThrow(() -> new UsageError("--registry is no http or https URL: " + registry)));
        }
        if (urls.size() > RegistryUrl.MAX_OF_A_NETWORK) {
            throw new UsageError("--registry: " + urls.size() + " URLs, not more than " + RegistryUrl.MAX_OF_A_NETWORK);
        }
    }

    /** As given, for the configuration file; one at least, none twice. */
    List<String> registries() {
        return registries.stream().distinct().toList();
    }

    List<RegistryUrl> urls() {
        return urls;
    }

    Optional<Path> tlsCa() {
        return Optional.ofNullable(tlsCa);
    }

    Optional<String> fingerprint() {
        return Optional.ofNullable(fingerprint);
    }

    Path directory() {
        return directory;
    }

    List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i + 1 < attributes.size(); i += 2) {
            fields.add(new Field(attributes.get(i), attributes.get(i + 1)));
        }
        return fields;
    }

    /** The command that does the same with a token; a shell reads it. */
    String again(String token) {
        List<String> words = new ArrayList<>(List.of("re6st-conf"));
        registries().forEach(url -> words.addAll(List.of("--registry", url)));
        tlsCa().ifPresent(file -> words.addAll(List.of("--tls-ca", file.toString())));
        fingerprint().ifPresent(value -> words.addAll(List.of("--fingerprint", value)));
        if (!directory.toString().isEmpty()) {
            words.addAll(List.of("-d", directory.toString()));
        }
        fields().forEach(field -> words.addAll(List.of("-r", field.key(), field.value())));
        location().ifPresent(value -> words.addAll(List.of("--location", value)));
        words.addAll(token.isEmpty() ? List.of("--anonymous") : List.of("--token", token));
        return words.stream().map(ShellWords::quote).collect(Collectors.joining(" "));
    }

    Optional<String> email() {
        return Optional.ofNullable(email);
    }

    Optional<String> token() {
        return Optional.ofNullable(token);
    }

    boolean isAnonymous() {
        return anonymous;
    }

    /** In capitals, as registries compare it. */
    Optional<String> location() {
        return Optional.ofNullable(location).map(text -> text.toUpperCase(Locale.ROOT));
    }

    boolean caOnly() {
        return caOnly;
    }

    boolean asksIfNeeded() {
        return isNeeded;
    }
}
