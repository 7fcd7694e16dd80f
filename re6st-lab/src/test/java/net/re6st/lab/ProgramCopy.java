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
        Path jar = copyJar(bin, folder, "re6st-node", "re6stnet.jar");
        copyJar(bin, folder, "re6st-common", "re6st-common.jar");
        Files.createDirectories(folder.resolve("bin"));
        for (String name : List.of("re6stnet", "launch.sh")) {
            Files.copy(bin.resolve(name), folder.resolve("bin").resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
        }
        return new ProgramCopy(folder.resolve("bin/re6stnet"), jar);
    }

    /** The jar as it was built last; each module builds all of its jars at once. */
    private static Path copyJar(Path bin, Path folder, String module, String name) throws IOException {
        Path built = bin.resolveSibling(module + "/target");
        Path newest = Stream.of(name, "quick/" + name)
                .map(built::resolve)
                .filter(Files::exists)
                .max(Comparator.comparing(file -> file.toFile().lastModified()))
                .orElseThrow();
        Path copy = folder.resolve(module + "/target/" + name);
        Files.createDirectories(copy.getParent());
        Files.copy(newest, copy);
        return copy;
    }

    /** As a package does it: who has the old file open keeps it, though it has no name any more. */
    void exchangeJar() throws IOException {
        Path fresh = jar.resolveSibling("new.jar");
        Files.copy(jar, fresh);
        Files.move(fresh, jar, StandardCopyOption.REPLACE_EXISTING);
    }
}
