package net.re6st.lab;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Keeps the logs of a test class's laboratory in {@code re6st-lab/target/lab/CLASS}. */
public final class KeepLogs implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
        Path root = Path.of(System.getProperty("re6st.root", ".."));
        String name = context.getRequiredTestClass().getSimpleName();
        System.setProperty(
                "re6st.lab.logs", root.resolve("re6st-lab/target/lab/" + name).toString());
    }
}
