package net.re6st.lab;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the programs under test are: {@code bin/} of the build tree, found by the property {@code re6st.root}. */
public final class Programs {
    private Programs() {}

    public static String node() {
        return program("re6stnet");
    }

    public static String registry() {
        return program("re6st-registry");
    }

    public static String conf() {
        return program("re6st-conf");
    }

    /** Throws if one is missing. */
    static void check() {
        node();
        registry();
        conf();
    }

    private static String program(String name) {
        String root = System.getProperty("re6st.root", ".");
        Path path = Path.of(root, "bin", name).toAbsolutePath().normalize();
        if (!Files.isExecutable(path)) {
            throw new LabException(path + " is missing: run it from the build tree, or set -Dre6st.root");
        }
        return path.toString();
    }
}
