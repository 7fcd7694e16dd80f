package net.re6st.architecture.broken.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import net.re6st.architecture.broken.node.os.Adapter;

/** Does all that a core must not. */
public final class Impatient {
    private final Random random = new Random();

    public long decide() throws IOException, InterruptedException {
        Thread.sleep(1);
        return Files.size(Path.of("/"))
                + System.nanoTime()
                + random.nextInt()
                + Instant.now().hashCode()
                + new Adapter(this).hashCode();
    }
}
