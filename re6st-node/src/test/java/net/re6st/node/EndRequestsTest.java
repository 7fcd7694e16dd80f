package net.re6st.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.re6st.node.EndRequests.Kind;
import org.junit.jupiter.api.Test;

class EndRequestsTest {
    private final EndRequests requests = new EndRequests();
    private final List<Kind> first = new ArrayList<>();
    private final List<Kind> second = new ArrayList<>();

    @Test
    void theLifeOfNowIsTold() {
        requests.tell(first::add);
        requests.tell(second::add);
        requests.ask(Kind.HAND_OVER);
        assertThat(first).isEmpty();
        assertThat(second).containsExactly(Kind.HAND_OVER);
    }

    @Test
    void whatCameBetweenTwoLivesReachesTheNext() {
        requests.tell(first::add);
        requests.ask(Kind.STOP);
        requests.tell(second::add);
        assertThat(second).containsExactly(Kind.STOP);
    }

    @Test
    void whoIsAskedBeforeAnyLifeDoesNotForget() {
        requests.ask(Kind.STOP);
        requests.tell(first::add);
        assertThat(first).containsExactly(Kind.STOP);
    }
}
