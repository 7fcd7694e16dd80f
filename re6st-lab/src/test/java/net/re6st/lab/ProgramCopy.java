package net.re6st.lab;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** A program with what it needs, in a folder of its own, laid out as in the build tree: it can be exchanged. */
record ProgramCopy(Path program, Path jar, Path common) {
    /** The node's. */
    static ProgramCopy make(Path folder) throws IOException {
        return make(folder, Path.of(Programs.node()), "re6st-node");
    }

    static ProgramCopy ofRegistry(Path folder) throws IOException {
        return make(folder, Path.of(Programs.registry()), "re6st-registry");
    }

    private static ProgramCopy make(Path folder, Path program, String module) throws IOException {
        Path bin = program.getParent();
        Path jar = copyJar(bin, folder, module, program.getFileName() + ".jar");
        Path common = copyJar(bin, folder, "re6st-common", "re6st-common.jar");
        Files.createDirectories(folder.resolve("bin"));
        for (Path file : List.of(program.getFileName(), Path.of("launch.sh"))) {
            Files.copy(bin.resolve(file), folder.resolve("bin").resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
        }
        return new ProgramCopy(folder.resolve("bin").resolve(program.getFileName()), jar, common);
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

    /** Makes it another version: a text that one of its classes has is another one. */
    void replaceText(String classFile, String text, String other) throws IOException {
        replace(jar, classFile, constant(text), constant(other));
    }

    /** The same for bytes of a class that all programs share. */
    void replaceShared(String classFile, byte[] bytes, byte[] other) throws IOException {
        replace(common, classFile, bytes, other);
    }

    private static void replace(Path jar, String classFile, byte[] wanted, byte[] other) throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(jar)) {
            Path file = zip.getPath(classFile);
            byte[] before = Files.readAllBytes(file);
            int at = 0;
            while (!isAt(before, at, wanted)) {
                if (++at == before.length) {
                    throw new LabException(
                            classFile + " has no " + HexFormat.of().formatHex(wanted));
                }
            }
            try (OutputStream out = Files.newOutputStream(file)) {
                out.write(before, 0, at);
                out.write(other);
                int rest = at + wanted.length;
                out.write(before, rest, before.length - rest);
            }
        }
    }

    private static boolean isAt(byte[] bytes, int at, byte[] wanted) {
        return Arrays.equals(bytes, at, Math.min(bytes.length, at + wanted.length), wanted, 0, wanted.length);
    }

    /** As a class file has it. */
    private static byte[] constant(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(1);
        out.writeUTF(text);
        return bytes.toByteArray();
    }
}
