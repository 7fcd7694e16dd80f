package net.re6st.core;

/** How this software names itself to peers (message 4), and how it recognises itself. */
public final class Software {
    private static final String MARK = ", Java ";

    private Software() {}

    /** {@code VERSION, PLATFORM}, e.g. {@code 0.1.0, Java 17.0.15 Linux 6.1.0}. */
    public static String text(String version, String javaVersion, String system) {
        return version + MARK + javaVersion + ' ' + system;
    }

    /** Whether a peer that says {@code text} runs this software, whose locks work in both directions. */
    static boolean isOurs(String text) {
        return text.contains(MARK);
    }
}
