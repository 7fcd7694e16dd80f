package net.re6st.registry.web;

import java.util.Optional;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.rpc.RegistryApi;

/**
 * The pages of a registry by their paths: the public page or the administrator's own files, ours that pages need, and the
 * administration. Everything else is left to the calls, which lie on the same server and always come first. Any thread.
 */
public final class Site {
    private static final String ADMIN = "/admin";
    private static final String ASSETS = "/-/";

    /** Browsers ask for it where a page names no icon. */
    private static final String ICON = "/favicon.ico";

    private final PublicPage publicPage;
    private final Optional<OwnFiles> home;
    private final Optional<AdminSite> admin;

    /** The files that an administrator wants to show in place of the public page. */
    @FunctionalInterface
    public interface OwnFiles {
        /** The file at a path that begins with a slash; empty if there is none to show. */
        Optional<PageResponse> file(String path);
    }

    Site(PublicPage publicPage, Optional<OwnFiles> home, Optional<AdminSite> admin) {
        this.publicPage = publicPage;
        this.home = home;
        this.admin = admin;
    }

    /** Whether a request is for a page at all; {@code target} is as sent. Never true for a call. */
    public boolean takes(String method, String target) {
        if (!target.startsWith("/") || target.startsWith("//") || isCall(target)) {
            return false;
        }
        String path = path(target);
        if (path.equals(ADMIN) || path.startsWith(ADMIN + "/") || path.startsWith(ASSETS)) {
            return true;
        }
        boolean reading = method.equals("GET") || method.equals("HEAD");
        return reading && (path.equals("/") || path.equals(ICON) || home.isPresent());
    }

    private static boolean isCall(String target) {
        return RegistryApi.named(path(target).substring(1)).isPresent();
    }

    private static String path(String target) {
        int question = target.indexOf('?');
        return question < 0 ? target : target.substring(0, question);
    }

    /** The answer to a request that {@link #takes} took. May wait for nodes, a little. */
    public PageResponse answer(PageRequest request, Moment now) {
        PageResponse response = respond(request, now);
        boolean unchanged = response.headers().containsKey("ETag")
                && request.ifNoneMatch()
                        .equals(Optional.ofNullable(response.headers().get("ETag")));
        return unchanged ? new PageResponse(PageResponse.NOT_MODIFIED, response.headers(), Bytes.EMPTY) : response;
    }

    private PageResponse respond(PageRequest request, Moment now) {
        String path = request.path();
        if (path.startsWith(ASSETS)) {
            return request.isReading()
                    ? Asset.named(path.substring(ASSETS.length()))
                            .map(Asset::response)
                            .orElseGet(Site::notFound)
                    : notAllowed("GET, HEAD");
        }
        if (path.equals(ADMIN) || path.startsWith(ADMIN + "/")) {
            if (admin.isEmpty()) {
                return notFound();
            }
            return path.equals(ADMIN)
                    ? PageResponse.seeOther("admin/")
                    : admin.get().answer(path.substring(ADMIN.length() + 1), request, now);
        }
        if (home.isPresent()) {
            return home.get().file(path).orElseGet(Site::notFound);
        }
        if (path.equals(ICON)) {
            return Asset.ICON.response();
        }
        return publicPage.show(request, admin.isPresent());
    }

    static PageResponse notFound() {
        return PageResponse.text(PageResponse.NOT_FOUND, "not found");
    }

    static PageResponse notAllowed(String allowed) {
        return PageResponse.text(PageResponse.METHOD_NOT_ALLOWED, "only " + allowed)
                .with("Allow", allowed);
    }
}
