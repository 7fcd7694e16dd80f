package net.re6st.registry.web;

import java.util.Optional;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.registry.core.CurrentAuthority;
import net.re6st.registry.core.JoinCommand;
import net.re6st.registry.core.RegistrySettings;

/** What everybody may know: which network this is, and how to join it. */
final class PublicPage {
    private final CurrentAuthority current;
    private final RegistrySettings settings;

    PublicPage(CurrentAuthority current, RegistrySettings settings) {
        this.current = current;
        this.settings = settings;
    }

    /**
     * What the page tells.
     *
     * @param contact the address in the CA's certificate
     * @param byMail whether re6st-conf gets a token by mail
     * @param byToken whether a token lets one in
     * @param anonymously whether one needs none
     */
    record Facts(
            String network,
            JoinCommand join,
            Optional<String> contact,
            boolean byMail,
            boolean byToken,
            boolean anonymously,
            boolean hasAdministration) {
        boolean isOpen() {
            return byToken || anonymously;
        }
    }

    PageResponse show(PageRequest request, boolean hasAdministration) {
        CertificateAuthority authority = current.authority();
        Facts facts = new Facts(
                authority.network().toString(),
                JoinCommand.of(url(request, settings), authority),
                authority.certificate().subject().single("emailAddress"),
                settings.mailsTokens() && settings.tokenPrefixLength() > 0,
                settings.tokenPrefixLength() > 0,
                settings.anonymousPrefixLength().isPresent(),
                hasAdministration);
        return Html.page(PageResponse.OK, output -> JtepublicGenerated.render(output, Html.UNCHANGED, facts));
    }

    /** Where the registry is: where the browser found it, if that is a name at all. */
    static String url(PageRequest request, RegistrySettings settings) {
        String scheme = request.isSecure() ? "https://" : "http://";
        return request.host()
                .filter(host -> host.matches("([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}\\])(:\\d{1,5})?"))
                .map(host -> scheme + host + "/")
                .orElseGet(() -> settings.url().map(url -> url + "/").orElse("URL-OF-THE-REGISTRY"));
    }
}
