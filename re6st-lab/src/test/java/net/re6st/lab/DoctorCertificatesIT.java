package net.re6st.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code re6stnet doctor} without a daemon, on days when certificates begin, are near their end and are over. */
@ExtendWith(KeepLogs.class)
@EnabledIfSystemProperty(named = "re6st.all", matches = "true", disabledReason = "needs faketime: bin/test --all")
final class DoctorCertificatesIT {
    private static final Pattern DATES = Pattern.compile("valid until (\\S+), the CA's until (\\S+)");

    private static ReNetwork network;
    private static LabNode node;
    private static DoctorRun doctor;
    private static Instant end;
    private static Instant authorityEnd;

    @BeforeAll
    static void build() {
        network = ReNetwork.build(NetworkPlan.of(2));
        network.startRegistry(List.of());
        network.enrol();
        node = network.node(2);
        doctor = new DoctorRun(node);
        String text = doctor.of("certificate").get(0).get("text").getAsString();
        Matcher dates = DATES.matcher(text);
        assertThat(dates.matches()).as(text).isTrue();
        end = Instant.parse(dates.group(1));
        authorityEnd = Instant.parse(dates.group(2));
        assertThat(authorityEnd).isAfter(end);
    }

    @AfterAll
    static void close() {
        network.close();
    }

    /** One finding of the certificate, when it is that late, without or with other options. */
    private static JsonObject at(Instant when, String options) {
        long seconds = Duration.between(Instant.now(), when).toSeconds();
        JsonObject answer = doctor.examine("faketime -f '%+d' \"$@\" %s".formatted(seconds, options));
        List<JsonObject> found = DoctorRun.found(answer).stream()
                .filter(one -> one.get("check").getAsString().equals("certificate"))
                .toList();
        assertThat(found).as(answer.toString()).hasSize(1);
        return found.get(0);
    }

    @Test
    void oneThatBeginsInFutureIsFound() {
        DoctorRun.isFinding(
                at(Instant.now().minus(Duration.ofDays(2000)), ""),
                "error",
                "certificate",
                "our certificate begins at ",
                "set the clock: timedatectl");
    }

    @Test
    void oneThatShouldHaveBeenRenewedIsFound() {
        DoctorRun.isFinding(
                at(end.minus(Duration.ofDays(10)), ""),
                "warning",
                "certificate",
                "our certificate ends at " + end + " and was not renewed yet",
                "whether the registry is reachable");
    }

    @Test
    void oneThatEndedIsFound() {
        DoctorRun.isFinding(
                at(end.plus(Duration.ofDays(1)), ""),
                "error",
                "certificate",
                "our certificate ended at " + end,
                "start re6stnet while the registry is reachable");
    }

    /** A registry of ours issues none that lasts longer than the CA, so it is made by hand. */
    @Test
    void anAuthorityThatEndedIsFound() throws IOException {
        Path folder = Files.createDirectories(node.host().directory().resolve("long"));
        Path etc = node.host().directory().resolve("etc");
        Path authority = network.registry().folder();
        openssl(
                "x509",
                "-x509toreq",
                "-in",
                etc.resolve("cert.crt"),
                "-signkey",
                etc.resolve("cert.key"),
                "-out",
                folder.resolve("cert.csr"));
        openssl(
                "x509",
                "-req",
                "-in",
                folder.resolve("cert.csr"),
                "-CA",
                authority.resolve("ca.crt"),
                "-CAkey",
                authority.resolve("ca.key"),
                "-set_serial",
                "77",
                "-days",
                "10000",
                "-out",
                folder.resolve("cert.crt"));
        Path configuration = Files.write(
                folder.resolve("re6stnet.conf"),
                List.of(
                        "registry " + network.registry().url(),
                        "ca " + etc.resolve("ca.crt"),
                        "cert " + folder.resolve("cert.crt"),
                        "key " + etc.resolve("cert.key")));
        DoctorRun.isFinding(
                at(authorityEnd.plus(Duration.ofDays(1)), "--config " + configuration),
                "error",
                "certificate",
                "the CA's certificate ended at " + authorityEnd,
                "the registry's administrator must renew it");
    }

    private static void openssl(Object... words) {
        Command.of(java.util.stream.Stream.concat(
                                java.util.stream.Stream.of("openssl"),
                                java.util.stream.Stream.of(words).map(Object::toString))
                        .toList())
                .output();
    }

    @Test
    void aClockThatIsALittleWrongIsFound() {
        assertThat(DoctorRun.found(doctor.examine("faketime -f +1m \"$@\"")))
                .anySatisfy(one -> DoctorRun.isFinding(
                        one, "warning", "clock", " s ahead of the registry's", "timedatectl set-ntp true"));
    }
}
