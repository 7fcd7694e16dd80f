package net.re6st.cli;

/** The version of this software as users, registries and peers see it. */
public final class Version {
    /** The version in the root pom, less its {@code -SNAPSHOT}. */
    public static final String SOFTWARE = "0.1.0";

    private Version() {}

    /** {@code VERSION, PLATFORM}: what a registry reads in our requests and a peer in our answer to message 4. */
    public static String withPlatform() {
        return SOFTWARE + ", " + System.getProperty("os.name") + "-" + System.getProperty("os.version") + "-"
                + System.getProperty("os.arch") + " Java-" + System.getProperty("java.version");
    }
}
