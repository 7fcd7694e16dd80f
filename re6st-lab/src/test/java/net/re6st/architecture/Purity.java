package net.re6st.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What pure code may not touch: the world (files, sockets, threads), clocks, and random sources it was not handed. */
final class Purity extends ArchCondition<JavaClass> {
    private static final List<String> WORLD = List.of(
            "java.io.",
            "java.net.",
            "java.nio.",
            "java.sql.",
            "javax.net.",
            "java.util.concurrent.",
            "java.util.logging.",
            "com.sun.jna.",
            "org.sqlite.",
            "sun.");

    /** Types of those packages that only deal with memory. */
    private static final Set<String> MEMORY = Set.of(
            "java.io.ByteArrayInputStream",
            "java.io.ByteArrayOutputStream",
            "java.io.IOException",
            "java.io.InputStream",
            "java.io.OutputStream",
            "java.io.Reader",
            "java.io.Serializable",
            "java.io.StringReader",
            "java.io.StringWriter",
            "java.io.UncheckedIOException",
            "java.io.Writer",
            "java.net.URI",
            "java.net.URISyntaxException",
            "java.net.URLDecoder",
            "java.net.URLEncoder",
            "java.nio.Buffer",
            "java.nio.BufferOverflowException",
            "java.nio.BufferUnderflowException",
            "java.nio.ByteBuffer",
            "java.nio.ByteOrder",
            "java.nio.CharBuffer",
            "java.util.concurrent.TimeUnit");

    private static final Set<String> ACTORS = Set.of(
            "java.lang.Process",
            "java.lang.ProcessBuilder",
            "java.lang.ProcessHandle",
            "java.lang.Runtime",
            "java.lang.Thread",
            "java.lang.ThreadLocal",
            "java.time.Clock",
            "java.util.Timer",
            "java.util.concurrent.ThreadLocalRandom");

    private static final Set<String> ALLOWED_OF_SYSTEM = Set.of("arraycopy", "identityHashCode", "lineSeparator");

    private static final Set<String> RANDOM_SOURCES =
            Set.of("java.util.Random", "java.util.SplittableRandom", "java.security.SecureRandom", "java.util.UUID");

    Purity() {
        super("touch no file, socket, thread, clock or random source that they were not handed");
    }

    @Override
    public void check(JavaClass item, ConditionEvents events) {
        for (Dependency dependency : item.getDirectDependenciesFromSelf()) {
            if (isWorld(dependency.getTargetClass().getBaseComponentType().getName())) {
                events.add(SimpleConditionEvent.violated(item, "I/O or threads: " + dependency.getDescription()));
            }
        }
        for (JavaAccess<?> access : item.getAccessesFromSelf()) {
            reasonAgainst(access)
                    .ifPresent(reason ->
                            events.add(SimpleConditionEvent.violated(item, reason + ": " + access.getDescription())));
        }
    }

    static boolean isWorld(String type) {
        String outermost = type.replaceFirst("\\$.*", "");
        if (ACTORS.contains(outermost)) {
            return true;
        }
        return WORLD.stream().anyMatch(type::startsWith)
                && !MEMORY.contains(outermost)
                && !type.startsWith("java.nio.charset.");
    }

    private static Optional<String> reasonAgainst(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getTarget().getName();
        if (owner.equals("java.lang.System") && !ALLOWED_OF_SYSTEM.contains(name)) {
            return Optional.of("clock, environment or console");
        }
        if (owner.startsWith("java.time.") && name.equals("now")) {
            return Optional.of("time is an argument");
        }
        boolean makesRandom = RANDOM_SOURCES.contains(owner)
                && (name.equals("<init>") || name.startsWith("getInstance") || name.equals("randomUUID"));
        boolean findsRandom =
                owner.equals("java.util.random.RandomGenerator") && (name.equals("of") || name.equals("getDefault"));
        boolean hidesRandom =
                (owner.equals("java.lang.Math") || owner.equals("java.lang.StrictMath")) && name.equals("random");
        boolean shuffles = owner.equals("java.util.Collections")
                && access.getTarget().getFullName().contains("shuffle(java.util.List)");
        return makesRandom || findsRandom || hidesRandom || shuffles
                ? Optional.of("randomness is an argument")
                : Optional.empty();
    }
}
