package net.re6st.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The rules about packages and classes, for all packages below a root. */
record Rules(String root) {
    /** The packages of re6st-common without a word of I/O; {@code rpc} has one class that is not pure. */
    private static final List<String> PURE =
            List.of("net", "wire", "babel", "crypto", "config", "rpc", "core", "core.port");

    private static final Set<String> VALUES = Set.of("net", "wire", "babel", "crypto", "config");

    private static final Pattern FORBIDDEN_NAME =
            Pattern.compile(".*(Utils?|Utilities|Helpers?|Manager|Impl|Data|Info)(?![a-z]).*");

    private static final Pattern FORBIDDEN_PACKAGE = Pattern.compile(".*\\.(utils?|helpers?|manager|impl|common|misc)");

    ArchRule commonIsPure() {
        return classes()
                .that(inPurePackage())
                .should(new Purity())
                .because("the same code runs in the daemon and, ten thousand times, in a simulator");
    }

    /** Holds for interfaces that are ports by their role; what a port is told or shows may be an interface too. */
    ArchRule portsOnlyCommand(Set<String> ports) {
        return methods()
                .that()
                .areDeclaredInClassesThat(describe("are ports", (JavaClass type) -> ports.contains(type.getName())))
                .should()
                .haveRawReturnType(void.class)
                .because("the outcome of what the core commands comes back as an event");
    }

    ArchRule coreSeesNoAdapter() {
        return noClasses()
                .that()
                .resideInAnyPackage(root + "..core..", root + "..port..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        root + "..os..",
                        root + ".node..",
                        root + ".store..",
                        root + ".cli..",
                        root + ".conf..",
                        root + ".lab..")
                .because("what decides must run without the machine");
    }

    ArchRule valuesSeeNoDecision() {
        return noClasses()
                .that()
                .resideInAnyPackage(packages(VALUES))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(root + "..core..", root + "..port..", root + ".rpc..", root + "..os..")
                .because("values and formats are the bottom of the code");
    }

    ArchRule portsSeeNoCore() {
        return noClasses()
                .that()
                .resideInAnyPackage(root + "..port..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(root + "..core")
                .because("packages depend in one direction: core, core.port, values");
    }

    ArchRule packagesHaveNoCycles() {
        return slices().matching(root + ".(**)").should().beFreeOfCycles();
    }

    ArchRule namesSayWhatThingsAre() {
        return classes().that(belowRoot()).should(new ArchCondition<>("have names that say what they are") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                String name = item.getName().substring(item.getPackageName().length());
                if (FORBIDDEN_NAME.matcher(name).matches()) {
                    events.add(
                            SimpleConditionEvent.violated(item, item.getName() + " says nothing: name what it owns"));
                }
                if (FORBIDDEN_PACKAGE.matcher(item.getPackageName()).matches()) {
                    events.add(SimpleConditionEvent.violated(item, item.getPackageName() + " is no subject"));
                }
            }
        });
    }

    ArchRule packagesAreNullMarkedAndSayTheirPurpose() {
        return classes().that(belowRoot()).should(new ArchCondition<>("be in packages with @NullMarked") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                boolean marked = item.getPackage()
                        .tryGetPackageInfo()
                        .filter(description -> description.isAnnotatedWith("org.jspecify.annotations.NullMarked"))
                        .isPresent();
                if (!marked) {
                    events.add(SimpleConditionEvent.violated(
                            item, item.getPackageName() + " has no package-info.java with @NullMarked"));
                }
            }
        });
    }

    private DescribedPredicate<JavaClass> belowRoot() {
        return describe("are ours", type -> (type.getPackageName() + ".").startsWith(root + "."));
    }

    private DescribedPredicate<JavaClass> inPurePackage() {
        return describe(
                "are in the pure packages",
                type -> PURE.contains(type.getPackageName().replaceFirst("^" + Pattern.quote(root) + "\\.?", ""))
                        && !type.getName().matches(".*\\.rpc\\.(RegistryClient|RegistryConnection|TlsTrust)(\\$.*)?"));
    }

    private String[] packages(Set<String> names) {
        return names.stream().map(name -> root + "." + name + "..").toArray(String[]::new);
    }
}
