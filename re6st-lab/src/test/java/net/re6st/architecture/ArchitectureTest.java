package net.re6st.architecture;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import net.re6st.core.Ports;
import org.junit.jupiter.api.Test;

/** The code keeps each rule, and a small program that breaks it is told so. */
class ArchitectureTest {
    private static final Rules RULES = new Rules("net.re6st");
    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(location -> !location.contains("test-classes") && !location.contains("-tests.jar"))
            .importPackages("net.re6st");

    private static final Rules BROKEN_RULES = new Rules("net.re6st.architecture.broken");
    private static final JavaClasses BROKEN = new ClassFileImporter().importPackages("net.re6st.architecture.broken");

    @Test
    void commonIsPure() {
        RULES.commonIsPure().check(CODE);
        assertTells(
                BROKEN_RULES.commonIsPure(),
                "I/O or threads",
                "java.nio.file.Files",
                "java.lang.Thread",
                "clock, environment or console",
                "nanoTime",
                "time is an argument",
                "randomness is an argument",
                "java.util.Random");
    }

    @Test
    void portsOnlyCommand() {
        Set<String> ports = Arrays.stream(Ports.class.getRecordComponents())
                .map(RecordComponent::getType)
                .map(Class::getName)
                .collect(Collectors.toSet());
        RULES.portsOnlyCommand(ports).check(CODE);
        assertTells(
                BROKEN_RULES.portsOnlyCommand(Set.of("net.re6st.architecture.broken.core.port.Tunnels")),
                "Tunnels.dial()",
                "comes back as an event");
    }

    @Test
    void coreSeesNoAdapter() {
        RULES.coreSeesNoAdapter().check(CODE);
        assertTells(BROKEN_RULES.coreSeesNoAdapter(), "broken.core.Impatient", "broken.node.os.Adapter");
    }

    @Test
    void valuesSeeNoDecision() {
        RULES.valuesSeeNoDecision().check(CODE);
        assertTells(BROKEN_RULES.valuesSeeNoDecision(), "broken.net.AddressUtil", "broken.core.Impatient");
    }

    @Test
    void portsSeeNoCore() {
        RULES.portsSeeNoCore().check(CODE);
        assertTells(BROKEN_RULES.portsSeeNoCore(), "broken.core.port.Tunnels", "broken.core.Impatient");
    }

    @Test
    void packagesHaveNoCycles() {
        RULES.packagesHaveNoCycles().check(CODE);
        assertTells(BROKEN_RULES.packagesHaveNoCycles(), "Cycle detected");
    }

    @Test
    void namesSayWhatThingsAre() {
        RULES.namesSayWhatThingsAre().check(CODE);
        assertTells(BROKEN_RULES.namesSayWhatThingsAre(), "AddressUtil says nothing: name what it owns");
    }

    @Test
    void packagesAreNullMarkedAndSayTheirPurpose() {
        RULES.packagesAreNullMarkedAndSayTheirPurpose().check(CODE);
        assertTells(
                BROKEN_RULES.packagesAreNullMarkedAndSayTheirPurpose(),
                "broken.node.os has no package-info.java with @NullMarked");
    }

    private static void assertTells(ArchRule rule, String... reasons) {
        assertThatThrownBy(() -> rule.check(BROKEN))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll(reasons);
    }
}
