package net.re6st.registry.web;

import java.util.Optional;
import java.util.random.RandomGenerator;
import net.re6st.registry.core.Administration;
import net.re6st.registry.core.CurrentAuthority;
import net.re6st.registry.core.RegistrySettings;
import net.re6st.registry.port.RegistryStore;
import net.re6st.registry.web.Site.OwnFiles;

/**
 * What a {@link Site} is made of.
 *
 * @param home files in place of the public page
 * @param password one way into the administration
 * @param takesCertificates whether a client certificate is another; without either there is no administration
 */
public record Pages(
        CurrentAuthority current,
        RegistrySettings settings,
        RegistryStore store,
        Administration administration,
        NetworkWatch watch,
        Optional<OwnFiles> home,
        Optional<AdminPassword> password,
        boolean takesCertificates) {

    public Site site(RandomGenerator secure) {
        PublicPage publicPage = new PublicPage(current, settings);
        return new Site(
                publicPage,
                home,
                password.isPresent() || takesCertificates ? Optional.of(admin(secure)) : Optional.empty());
    }

    private AdminSite admin(RandomGenerator secure) {
        AdminPages pages = new AdminPages(current, settings, store, watch);
        return new AdminSite(
                settings.origins(),
                password,
                new LoginSessions(secure),
                new LoginForm(secure),
                cookieName(),
                pages,
                new AdminChanges(administration, pages));
    }

    /** Browsers keep the cookies of all ports of a host together: another registry there has another name. */
    private String cookieName() {
        return "re6st-"
                + current.authority().certificate().fingerprint().toHex().substring(0, 8);
    }
}
