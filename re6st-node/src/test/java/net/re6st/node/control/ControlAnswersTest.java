package net.re6st.node.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.re6st.config.Json;
import net.re6st.config.Value;
import net.re6st.net.Iface;
import net.re6st.node.os.RoutingListing;
import net.re6st.testing.Schemas;
import org.junit.jupiter.api.Test;

class ControlAnswersTest {
    private final ControlAnswers running = new ControlAnswers(Snapshots.running());
    private final ControlAnswers starting = new ControlAnswers(Snapshots.starting());

    @Test
    void everyAnswerIsValidAgainstItsSchema() {
        for (ControlAnswers answers : List.of(running, starting, new ControlAnswers(Snapshots.cloned()))) {
            Schemas.assertValid("re6stnet-status", Json.write(answers.status()));
            Schemas.assertValid("re6stnet-tunnels", Json.write(answers.tunnels()));
            Schemas.assertValid("re6stnet-peers", Json.write(answers.peers()));
            Schemas.assertValid("re6stnet-routes", Json.write(answers.routes()));
        }
        Schemas.assertValid("re6stnet-ports", Json.write(ControlAnswers.ports(Snapshots.survey())));
        Schemas.assertValid("re6stnet-reload", Json.write(ControlAnswers.reloading()));
        Schemas.assertValid("re6stnet-error", Json.write(ControlAnswers.error("no")));
    }

    @Test
    void aSchemaRefusesWhatItDoesNotKnow() {
        String status = Json.write(running.status());
        Schemas.assertInvalid("re6stnet-status", status.replace("\"babeld\"", "\"bird\""));
        Schemas.assertInvalid("re6stnet-status", status.replace("\"running\"", "\"walking\""));
        Schemas.assertInvalid("re6stnet-status", "{\"version\": 1, \"kind\": \"status\", \"state\": \"running\"}");
        Schemas.assertInvalid("re6stnet-tunnels", Json.write(running.peers()));
    }

    @Test
    void aTunnelIsToldWithWhatBabeldAndOpenVpnKnowOfIt() {
        assertThat(rows(running.tunnels(), "tunnels").get(0))
                .isEqualTo(
                        "{\"iface\": \"re6stnet1\", \"peer\": \"2/16\", \"address\": \"2001:db8:42:2::1\","
                                + " \"direction\": \"dialled\", \"state\": \"up\", \"remote\": \"198.51.100.2,1194,udp\","
                                + " \"serial\": \"22\", \"pid\": 78, \"protocol\": \"udp\", \"upSeconds\": 60,"
                                + " \"receivedBytes\": 1234567, \"sentBytes\": 89, \"neighbour\": \"fe80::2\","
                                + " \"rttMillis\": 12.346, \"cost\": 96, \"routes\": 2, \"lostShare\": 0.05, \"lateShare\": 0.013}");
    }

    @Test
    void portsAreToldWithWhatEachPeerFound() {
        assertThat(Json.write(ControlAnswers.ports(Snapshots.survey())))
                .endsWith("\"addresses\": [{\"address\": \"203.0.113.3,1194,tcp\", \"answers\": ["
                        + "{\"peer\": \"5/16\", \"outcome\": \"refused\", \"millis\": 12}, "
                        + "{\"peer\": \"6/16\", \"outcome\": null, \"millis\": null}]}]}");
    }

    @Test
    void theRegistryInUseIsToldAndTheOthersToo() {
        for (ControlAnswers answers : List.of(running, starting)) {
            assertThat(Json.write(answers.status()))
                    .contains("\"registry\": \"http://registry.example.com/\","
                            + " \"registries\": [\"http://first.example.com/\", \"http://registry.example.com/\"]");
        }
    }

    @Test
    void aTunnelThatIsNotUpHasNoLink() {
        assertThat(rows(running.tunnels(), "tunnels").get(1))
                .contains("\"peer\": \"4/16\"", "\"state\": \"choosing\"", "\"remote\": null", "\"pid\": null")
                .contains("\"upSeconds\": null", "\"rttMillis\": null", "\"cost\": null", "\"routes\": 0");
    }

    @Test
    void aClientIsToldWithoutTheBytesOfItsServer() {
        assertThat(rows(running.tunnels(), "tunnels").get(2))
                .contains("\"direction\": \"served\"", "\"state\": \"removing\"", "\"upSeconds\": 90")
                .contains("\"neighbour\": \"fe80::3\"", "\"rttMillis\": null", "\"receivedBytes\": null");
    }

    @Test
    void aNeighbourOnTheSegmentIsListedWhileItIsHeard() {
        List<String> rows = rows(running.tunnels(), "tunnels");
        assertThat(rows).hasSize(4);
        assertThat(rows.get(3)).contains("\"iface\": \"eth0\"", "\"peer\": \"5/16\"", "\"direction\": \"segment\"");
    }

    @Test
    void statusCountsTunnelsByWhoDialled() {
        assertThat(Json.write(running.status()))
                .contains(
                        "\"tunnels\": {\"wanted\": 4, \"dialled\": 2, \"up\": 1, \"served\": 1, \"removing\": 1, \"lossy\": [{\"iface\": \"re6stnet1\","
                                + " \"peer\": \"2/16\", \"lostShare\": 0.05, \"lateShare\": 0.013}]}")
                .contains("\"uptimeSeconds\": 7200", "\"startedAt\": \"2027-01-15T08:00:00Z\"")
                .contains("\"p50Millis\": 1.0", "\"p99Millis\": 10.0", "\"maxMillis\": 42.0");
    }

    @Test
    void aClonedNodeIsToldWithWhereEachOfTheTwoIsHeard() {
        Value status = new ControlAnswers(Snapshots.cloned()).status();
        assertThat(rows(status, "clones"))
                .containsExactly(
                        "{\"prefix\": \"1/16\", \"own\": true, \"since\": \"2027-01-15T09:51:40Z\", \"seconds\": 500,"
                                + " \"announcers\": [{\"routerId\": \"00:00:00:00:00:00:00:09\", \"neighbours\": [\"3/16\"]}],"
                                + " \"addresses\": []}",
                        "{\"prefix\": \"4/16\", \"own\": false, \"since\": \"2027-01-15T09:50:00Z\", \"seconds\": 600,"
                                + " \"announcers\": [{\"routerId\": \"a0:f6:1c:06:14:74:21:57\", \"neighbours\": [\"2/16\"]},"
                                + " {\"routerId\": \"00:00:00:00:00:00:00:07\", \"neighbours\": [\"3/16\", \"4/16\"]}],"
                                + " \"addresses\": [\"198.51.100.4\", \"198.51.100.9\"]}");
        assertThat(rows(running.status(), "clones")).isEmpty();
    }

    @Test
    void tenThousandRoutesAreOneAnswer() {
        List<RoutingListing.Route> routes = new ArrayList<>();
        for (int i = 10; i < 10_010; i++) {
            routes.add(new RoutingListing.Route(Snapshots.prefix(i), new Iface("re6stnet1"), Snapshots.prefix(2), i));
        }
        Value answer = new ControlAnswers(Snapshots.running(routes)).routes();
        assertThat(rows(answer, "routes"))
                .hasSize(10_000)
                .last()
                .isEqualTo("{\"prefix\": \"10009/16\", \"subnet\": \"2001:db8:42:2719::/64\", \"iface\": \"re6stnet1\","
                        + " \"neighbour\": \"2/16\", \"metric\": 10009}");
    }

    private static List<String> rows(Value answer, String name) {
        Value rows = ((Value.Members) answer).members().get(name);
        return ((Value.Items) rows).items().stream().map(Json::write).toList();
    }
}
