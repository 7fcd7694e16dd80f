package net.re6st.registry.web;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import net.re6st.registry.core.Administration;
import net.re6st.registry.core.Answer;
import net.re6st.registry.core.Occasion;
import net.re6st.registry.web.LoginSessions.Session;

/** Carries out what a form asks for, and says where to go on; what may be changed how is {@link Administration}'s. */
final class AdminChanges {
    /** What is said on the page after a change, by the text in its URL. */
    static final Map<String, String> DONE = Map.of(
            "token-deleted", "The token is deleted.",
            "revoked", "Revoked. Reachable nodes hear of it within seconds and cut their tunnels to that node.",
            "certificate-revoked",
                    "The certificate is revoked. Reachable nodes hear of it within seconds; the node keeps its prefix.",
            "step-taken", "The step is taken; the nodes are being told.");

    private final Administration administration;
    private final AdminPages pages;

    AdminChanges(Administration administration, AdminPages pages) {
        this.administration = administration;
        this.pages = pages;
    }

    /** A form that was found in order, and who sent it when. */
    record Change(PageRequest request, Session session, Occasion occasion) {
        private String form(String name) {
            return request.form(name);
        }
    }

    PageResponse make(AdminAction action, Change change) {
        Occasion occasion = change.occasion();
        return switch (action) {
            case ADD_TOKEN -> addToken(change);
            case DELETE_TOKEN ->
                after(
                        change,
                        administration.deleteToken(change.form("token"), occasion),
                        AdminView.TOKENS,
                        answer -> "tokens?done=token-deleted");
            case REVOKE -> revoke(change);
            case ROTATE_KEYS ->
                after(
                        change,
                        // A second click, or another administrator, must not take the next step.
                        administration.updateHmac(Optional.of(change.form("state")), occasion),
                        AdminView.KEYS,
                        answer -> "keys?done=step-taken");
            case LOG_IN, LOG_OUT -> throw new IllegalStateException(action + " is AdminSite's");
        };
    }

    private PageResponse addToken(Change change) {
        String email = change.form("email").strip();
        if (email.isEmpty()) {
            return failure(
                    change, Answer.BAD_REQUEST, AdminView.TOKENS, "Give the e-mail address of the node's owner.");
        }
        return after(
                change,
                administration.createToken(email, change.occasion()),
                AdminView.TOKENS,
                answer -> "tokens?new=" + answer.body().toLatin1());
    }

    private PageResponse revoke(Change change) {
        String serial = change.form("serial");
        if (!serial.isEmpty()) {
            return after(
                    change,
                    administration.revoke(serial, change.occasion()),
                    AdminView.NODES,
                    answer -> "nodes?done=certificate-revoked");
        }
        // By now the prefix may be somebody else's.
        return after(
                change,
                administration.revokeNode(change.form("cn"), change.form("shown"), change.occasion()),
                AdminView.NODES,
                answer -> "nodes?done=revoked");
    }

    private PageResponse after(Change change, Answer answer, AdminView view, Function<Answer, String> next) {
        return answer.status() < 300
                ? PageResponse.seeOther(next.apply(answer))
                : failure(change, answer.status(), view, answer.reason().orElse("This was not possible."));
    }

    private PageResponse failure(Change change, int status, AdminView view, String reason) {
        return pages.failure(
                status,
                view,
                change.request(),
                change.session(),
                reason,
                change.occasion().now());
    }
}
