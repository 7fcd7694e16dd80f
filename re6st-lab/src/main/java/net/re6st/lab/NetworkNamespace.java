package net.re6st.lab;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/**
 * A named network namespace ({@code ip netns}): how commands and sockets get into it. A socket stays for ever in the
 * namespace of the thread that opened it, so this process can hold sockets of every host of the laboratory.
 */
final class NetworkNamespace {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int O_RDONLY_CLOEXEC = 0x80000;

    private final String name;

    NetworkNamespace(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** The words of a command that runs {@code words} inside; the process id does not change on the way. */
    List<String> entering(List<String> words) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(words);
        return all;
    }

    /** Processes inside, whoever started them. */
    List<HostProcess> processes() {
        List<HostProcess> found = new ArrayList<>();
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            Object inode = Files.getAttribute(Path.of("/run/netns", name), "unix:ino");
            String link = "net:[" + inode + "]";
            for (Path entry : (Iterable<Path>) entries::iterator) {
                if (entry.getFileName().toString().matches("[0-9]+") && isLink(entry.resolve("ns/net"), link)) {
                    HostProcess.read(entry).ifPresent(found::add);
                }
            }
            return found;
        } catch (IOException e) {
            throw new LabException("cannot list the processes inside %s: %s".formatted(name, e.getMessage()), e);
        }
    }

    private static boolean isLink(Path path, String target) {
        try {
            return Files.readSymbolicLink(path).toString().equals(target);
        } catch (IOException e) {
            // It ended, or never had one.
            return false;
        }
    }

    /** Runs {@code action} on a thread of its own that has moved inside; meant for opening sockets. */
    <T> T call(Callable<T> action) throws IOException {
        FutureTask<T> task = new FutureTask<>(() -> {
            enter();
            return action.call();
        });
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new LabException("cannot work inside " + name + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted inside " + name, e);
        }
    }

    private void enter() {
        try {
            int descriptor = LibC.INSTANCE.open("/run/netns/" + name, O_RDONLY_CLOEXEC);
            try {
                LibC.INSTANCE.setns(descriptor, CLONE_NEWNET);
            } finally {
                LibC.INSTANCE.close(descriptor);
            }
        } catch (LastErrorException e) {
            throw new LabException("cannot enter the namespace " + name + ": " + e.getMessage(), e);
        }
    }

    private interface LibC extends Library {
        LibC INSTANCE = Native.load("c", LibC.class);

        int open(String path, int flags) throws LastErrorException;

        int setns(int descriptor, int type) throws LastErrorException;

        int close(int descriptor) throws LastErrorException;
    }
}
