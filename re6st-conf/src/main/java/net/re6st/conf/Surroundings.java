package net.re6st.conf;

import net.re6st.cli.Failure;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.Credentials;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Moment;
import net.re6st.rpc.RegistryAnswer;
import net.re6st.rpc.RegistryApi;

/** What enrolment needs from outside, files apart: the registry, the person in front of it, this host, chance and time. */
interface Surroundings {
    /** A public call to the registry. */
    RegistryAnswer call(RegistryApi method, String... arguments);

    /** A call that the holder of a certificate makes. */
    RegistryAnswer callAs(CertificateAuthority authority, Credentials own, RegistryApi method, String... arguments);

    RsaPrivateKey generateKey(int bits);

    /** Asks for one line; fails at the end of the input. */
    String ask(String question) throws Failure;

    /** What the kernel says about the route to an address: the text of {@code ip route get}, errors included. */
    String routeTo(String ip) throws Failure;

    /** Tells the user how it goes. */
    void say(String text);

    /** Tells the user about something that may be wrong. */
    void warn(String text);

    Moment now();
}
