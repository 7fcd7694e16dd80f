package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Our Debian packages, built from a copy of the sources as an administrator builds them, and once more as a newer version. */
final class DebianPackages {
    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final Pattern LIBRARY = Pattern.compile("\"purl\" : \"pkg:maven/[^/]+/([^@]+)@");
    private static final List<String> NAMES = List.of("re6stnet", "re6st-registry");

    /** What the newer version says that it is. */
    static final String NEWER = "0.1.1";

    /** Those of the run before, for whoever works on the tests. */
    static final boolean REUSE = Boolean.getBoolean("re6st.packages.reuse");

    private static @Nullable DebianPackages built;

    private final Path folder;

    private DebianPackages(Path folder) {
        this.folder = folder;
    }

    /** Builds them once for all tests of this run. */
    static synchronized DebianPackages build() throws IOException {
        if (built == null) {
            Path root = Path.of(Programs.node()).getParent().getParent();
            Path folder = root.resolve("re6st-lab/target/packages");
            DebianPackages packages = new DebianPackages(folder);
            if (REUSE && Files.isDirectory(packages.newer())) {
                built = packages;
                return packages;
            }
            Command.of("rm", "-rf", folder.toString()).output();
            Path source = folder.resolve("re6stnet");
            Files.createDirectories(source);
            String copy = "cd '%s' && tar -c --exclude=target --exclude=.git . | tar -x -C '%s'";
            Command.of("sh", "-c", copy.formatted(root, source)).within(LIMIT).output();
            Command.of(source.resolve(".ci/sbom").toString()).within(LIMIT).output();
            assertThat(librariesWithoutLicence(source)).isEmpty();
            packages.make(source, "older");
            packages.raiseVersion(source);
            packages.make(source, "newer");
            Command.of("rm", "-rf", source.toString()).output();
            built = packages;
        }
        return built;
    }

    private void make(Path source, String name) throws IOException {
        Command.of("dpkg-buildpackage", "-us", "-uc", "-b")
                .in(source)
                .within(LIMIT)
                .output();
        Path to = folder.resolve(name);
        Files.createDirectories(to);
        List<Path> files;
        try (Stream<Path> listed = Files.list(folder)) {
            files = listed.filter(Files::isRegularFile).toList();
        }
        Path changes = files.stream()
                .filter(file -> file.toString().endsWith(".changes"))
                .findFirst()
                .orElseThrow();
        String lintian = Command.of("lintian", "--no-cfg", "--fail-on", "none", changes.toString())
                .within(LIMIT)
                .output();
        assertThat(lintian.lines().filter(line -> line.startsWith("E:") || line.startsWith("W:")))
                .isEmpty();
        for (Path file : files) {
            String target = NAMES.stream()
                    .filter(each -> file.getFileName().toString().startsWith(each + "_")
                            && file.toString().endsWith(".deb"))
                    .findFirst()
                    .map(each -> each + ".deb")
                    .orElse(file.getFileName().toString());
            Files.move(file, to.resolve(target));
        }
    }

    /** What is in the jars, but not named in {@code debian/copyright}. */
    private static List<String> librariesWithoutLicence(Path source) throws IOException {
        String copyright = Files.readString(source.resolve("debian/copyright"));
        List<String> missing = new ArrayList<>();
        for (String module : List.of("re6st-node", "re6st-conf", "re6st-registry")) {
            Path bill = source.resolve("target/sbom/" + module + ".cdx.json");
            Matcher library = LIBRARY.matcher(Files.readString(bill));
            while (library.find()) {
                String name = library.group(1);
                boolean ours = name.startsWith("re6st-");
                String jar = name.startsWith("prometheus-metrics-") ? "prometheus-metrics-*" : name;
                boolean named = copyright.contains(" " + jar + ".jar");
                if (!ours && !named) {
                    missing.add(name);
                }
            }
        }
        return missing;
    }

    /** Other bytes in the jars, a later version of the packages. */
    private void raiseVersion(Path source) throws IOException {
        Path version = source.resolve("re6st-common/src/main/java/net/re6st/cli/Version.java");
        Files.writeString(
                version,
                Files.readString(version).replaceFirst("SOFTWARE = \"[^\"]*\"", "SOFTWARE = \"" + NEWER + "\""));
        Path log = source.resolve("debian/changelog");
        String entry = "re6stnet (%s) unstable; urgency=medium\n\n  * Newer.\n\n".formatted(NEWER)
                + " -- re6stnet maintainers <maintainers@re6st.example>  Mon, 23 Nov 2026 00:00:00 +0000\n\n";
        Files.writeString(log, entry + Files.readString(log));
    }

    /** Where the packages of a version are, {@code NAME.deb}. */
    Path older() {
        return folder.resolve("older");
    }

    Path newer() {
        return folder.resolve("newer");
    }
}
