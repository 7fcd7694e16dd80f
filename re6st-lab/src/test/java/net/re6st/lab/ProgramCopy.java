package net.re6st.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The node's program with what it needs, in a folder of its own, laid out as in the build tree: it can be exchanged. */
record ProgramCopy(Path program, Path jar) {
    static ProgramCopy make(Path folder) throws IOException {
        Path bin = Path.of(Programs.node()).getParent();
        Path module = bin.resolveSibling("re6st-node/target");
        Path newest = Stream.of("re6stnet.jar", "quick/re6stnet.jar")
                .map(module::resolve)
                .filter(Files::exists)
                .max(Comparator.comparing(file -> file.toFile().lastModified()))
                .orElseThrow();
        Path jar = folder.resolve("re6st-node/target/re6stnet.jar");
        Files.createDirectories(jar.getParent());
        Files.copy(newest, jar);
        Files.createDirectories(folder.resolve("bin"));
        for (String name : List.of("re6stnet", "launch.sh")) {
            Files.copy(bin.resolve(name), folder.resolve("bin").resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
        }
        return new ProgramCopy(folder.resolve("bin/re6stnet"), jar);
    }

    /** As a package does it: who has the old file open keeps it, though it has no name any more. */
    void exchangeJar() throws IOException {
        Path fresh = jar.resolveSibling("new.jar");
        Files.copy(jar, fresh);
        Files.move(fresh, jar, StandardCopyOption.REPLACE_EXISTING);
    }
}
