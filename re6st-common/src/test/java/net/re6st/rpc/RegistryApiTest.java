package net.re6st.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RegistryApiTest {
    @Test
    void encodesAsTheOriginalDoes() {
        assertThat(RegistryApi.REQUEST_TOKEN.target("a b+c*d~e_f.g-h/é\n"))
                .isEqualTo("/requestToken?email=a+b%2Bc%2Ad~e_f.g-h%2F%C3%A9%0A");
    }

    @Test
    void sendsDefaultsAndBlankValues() {
        assertThat(RegistryApi.REQUEST_CERTIFICATE.target("", "x"))
                .isEqualTo("/requestCertificate?token=&req=x&location=&ip=");
        assertThat(RegistryApi.VERSIONS.target()).isEqualTo("/versions");
    }

    @Test
    void refusesAnotherNumberOfValues() {
        assertThatThrownBy(() -> RegistryApi.GET_CA.target("x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RegistryApi.GET_COUNTRY.target("01")).hasMessage("getCountry needs address");
    }

    @Test
    void knowsNoOtherNames() {
        for (RegistryApi method : RegistryApi.values()) {
            assertThat(RegistryApi.named(method.methodName())).contains(method);
            boolean asksWho = !method.arguments().isEmpty()
                    && method.arguments().get(0).name().equals("cn");
            assertThat(asksWho).isEqualTo(method.access() == RegistryApi.Access.AUTHENTICATED);
        }
        assertThat(RegistryApi.named("getca")).isEmpty();
        assertThat(RegistryApi.named("")).isEmpty();
    }
}
