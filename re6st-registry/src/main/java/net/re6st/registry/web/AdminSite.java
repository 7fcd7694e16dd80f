package net.re6st.registry.web;

import java.time.Duration;
import java.util.Optional;
import net.re6st.net.Moment;
import net.re6st.registry.core.Occasion;
import net.re6st.registry.core.Origins;
import net.re6st.registry.port.Actor;
import net.re6st.registry.web.LoginSessions.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The administration below {@code /admin/}. Decides who gets in, in this order: a private origin, the method, the page that
 * a form comes from, the login, the form's token. Any thread.
 */
final class AdminSite {
    private static final Logger LOG = LoggerFactory.getLogger(AdminSite.class);

    /** The name by which the audit log knows who has the password. */
    static final String LOGIN = "admin";

    private final Origins origins;
    private final Optional<AdminPassword> password;
    private final LoginSessions sessions;
    private final LoginAttempts attempts = new LoginAttempts();
    private final LoginForm loginForm;
    private final String cookieName;
    private final AdminPages pages;
    private final AdminChanges changes;
    private String lastPasswordDigest = "";

    AdminSite(
            Origins origins,
            Optional<AdminPassword> password,
            LoginSessions sessions,
            LoginForm loginForm,
            String cookieName,
            AdminPages pages,
            AdminChanges changes) {
        this.origins = origins;
        this.password = password;
        this.sessions = sessions;
        this.loginForm = loginForm;
        this.cookieName = cookieName;
        this.pages = pages;
        this.changes = changes;
    }

    PageResponse answer(String path, PageRequest request, Moment now) {
        if (!origins.isPrivate(request.caller())) {
            return pages.refusal(
                    PageResponse.FORBIDDEN,
                    "Not from here",
                    "The administration is open to private origins only: the registry's own machine, and the addresses of"
                            + " --authorized-origin, under a name that the registry knows (--host).");
        }
        Optional<AdminAction> action = AdminAction.at(path);
        if (action.isPresent()) {
            return request.method().equals("POST") ? change(action.get(), request, now) : Site.notAllowed("POST");
        }
        Optional<AdminView> view = AdminView.at(path);
        if (view.isEmpty()) {
            return pages.refusal(PageResponse.NOT_FOUND, "Not found", "There is no such page.");
        }
        if (!request.isReading()) {
            return Site.notAllowed("GET, HEAD");
        }
        if (view.get() == AdminView.LOGIN) {
            return login(PageResponse.OK, request, Optional.empty(), now);
        }
        return session(request, now)
                .map(session -> pages.show(view.get(), request, session, now))
                .orElseGet(() -> PageResponse.seeOther(AdminView.LOGIN.link()));
    }

    private Optional<Session> session(PageRequest request, Moment now) {
        return request.cookie(cookieName)
                .flatMap(text -> sessions.use(text, now))
                .filter(session -> session.login().equals(LOGIN)
                        || request.caller().certificateSubject().equals(Optional.of(session.login())));
    }

    private PageResponse change(AdminAction action, PageRequest request, Moment now) {
        // Every browser says with a form from which page it comes; whoever does not is none of our pages.
        if (request.origin().isEmpty() || origins.isForeign(request.caller())) {
            return pages.refusal(
                    PageResponse.FORBIDDEN, "Refused", "This request does not come from a page of this registry.");
        }
        if (action == AdminAction.LOG_IN) {
            return logIn(request, now);
        }
        Optional<Session> session = session(request, now);
        if (session.isEmpty()) {
            return pages.refusal(
                    PageResponse.FORBIDDEN, "Not logged in", "The session has ended. Log in, then do it again.");
        }
        if (!Digests.same(session.get().formToken().toHex(), request.form("form"))) {
            return pages.refusal(
                    PageResponse.FORBIDDEN, "Refused", "The form is out of date: go back, reload the page, try again.");
        }
        if (action == AdminAction.LOG_OUT) {
            request.cookie(cookieName).ifPresent(sessions::end);
            return PageResponse.seeOther(AdminView.LOGIN.link())
                    .with("Set-Cookie", cookie("", request) + "; Max-Age=0");
        }
        Actor actor = Actor.login(session.get().login(), origins.client(request.caller()));
        return changes.make(action, new AdminChanges.Change(request, session.get(), new Occasion(actor, now)));
    }

    private PageResponse logIn(PageRequest request, Moment now) {
        if (!loginForm.isOurs(request.form("form"), now)) {
            return loginAgain(PageResponse.FORBIDDEN, request, "The form was out of date. Please try again.", now);
        }
        String address = origins.client(request.caller());
        Optional<String> subject = request.caller().certificateSubject();
        if (subject.isPresent() && request.form("password").isEmpty()) {
            LOG.info("login by certificate of {} from {}", subject.get(), address);
            return loggedIn(subject.get(), request, now);
        }
        Duration pause = attempts.pause(address, now);
        if (!pause.isZero()) {
            LOG.warn("too many failed logins, refused one from {}", address);
            long seconds = pause.toSeconds() + 1;
            String text = "Too many failed attempts. Try again in " + (seconds / 60 + 1) + " minutes.";
            return loginAgain(PageResponse.TOO_MANY_REQUESTS, request, text, now)
                    .with("Retry-After", Long.toString(seconds));
        }
        Optional<String> expected = password.flatMap(AdminPassword::read);
        if (expected.isEmpty()) {
            String text = password.isPresent()
                    ? "The password file can't be used: the registry's log says why."
                    : "There is no password: the administration is open to client certificates only.";
            return loginAgain(PageResponse.FORBIDDEN, request, text, now);
        }
        if (!Digests.same(expected.get(), request.form("password"))) {
            attempts.failed(address, now);
            LOG.warn("failed login from {}", address);
            return loginAgain(PageResponse.FORBIDDEN, request, "Wrong password.", now);
        }
        attempts.succeeded(address);
        endSessionsOfAnEarlierPassword(expected.get());
        LOG.info("login from {}", address);
        return loggedIn(LOGIN, request, now);
    }

    private PageResponse loggedIn(String login, PageRequest request, Moment now) {
        return PageResponse.seeOther(AdminView.OVERVIEW.link())
                .with("Set-Cookie", cookie(sessions.begin(login, now), request));
    }

    private PageResponse loginAgain(int status, PageRequest request, String text, Moment now) {
        return login(status, request, Optional.of(text), now);
    }

    private PageResponse login(int status, PageRequest request, Optional<String> failure, Moment now) {
        AdminPages.LoginPage model = new AdminPages.LoginPage(
                loginForm.token(now), failure, request.caller().certificateSubject(), password.isPresent());
        return pages.login(status, model, now);
    }

    private synchronized void endSessionsOfAnEarlierPassword(String expected) {
        String digest = Digests.sha256(expected).toHex();
        if (!digest.equals(lastPasswordDigest)) {
            sessions.endAll();
            lastPasswordDigest = digest;
        }
    }

    /** Without a path: browsers then take that of the administration, wherever a proxy has put it. */
    private String cookie(String value, PageRequest request) {
        return cookieName + "=" + value + "; HttpOnly; SameSite=Strict" + (request.isSecure() ? "; Secure" : "");
    }
}
