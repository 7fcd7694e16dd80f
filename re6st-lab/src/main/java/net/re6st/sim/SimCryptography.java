package net.re6st.sim;

import java.time.Duration;
import net.re6st.core.port.Cryptography;
import net.re6st.core.port.PeerCertificate;
import net.re6st.core.port.Ticket;
import net.re6st.net.Bytes;

/** RSA as a node uses it, without the arithmetic: what was really signed or sealed is recognised. It takes as long. */
final class SimCryptography implements Cryptography {
    private static final Duration TIME = Duration.ofMillis(5);

    private final SimNode node;
    private final SimAuthority authority;
    private long operations;

    SimCryptography(SimNode node, Simulation simulation) {
        this.node = node;
        this.authority = simulation.authority();
    }

    /** How many operations the core asked for, ever. */
    long operations() {
        return operations;
    }

    @Override
    public void checkCertificate(Ticket ticket, Bytes der) {
        operations++;
        PeerCertificate certificate = authority.read(der);
        node.eventIn(TIME, "certificate checked", null, n -> n.onCertificateChecked(ticket, certificate, node.now()));
    }

    @Override
    public void seal(Ticket ticket, Bytes secret, PeerCertificate recipient) {
        operations++;
        Bytes sealed = secret.plus(recipient.fingerprint());
        Bytes signature = SimAuthority.signature(sealed, sealed.size());
        node.eventIn(TIME, "sealed", null, n -> n.onSealed(ticket, sealed, signature, node.now()));
    }

    @Override
    public void open(Ticket ticket, Bytes sealed, Bytes signature, PeerCertificate sender) {
        operations++;
        Bytes own = node.fingerprint();
        boolean good = sealed.size() > own.size()
                && sealed.from(sealed.size() - own.size()).equals(own)
                && signature.equals(SimAuthority.signature(sealed, sealed.size()));
        Bytes secret = good ? sealed.slice(0, sealed.size() - own.size()) : null;
        node.eventIn(TIME, "opened", null, n -> n.onOpened(ticket, secret, node.now()));
    }

    @Override
    public void checkVersion(Ticket ticket, Bytes version) {
        operations++;
        boolean valid = authority.isSigned(version);
        node.eventInEither(
                TIME,
                "version checked",
                starting -> starting.onVersionChecked(ticket, valid, node.now()),
                running -> running.onVersionChecked(ticket, valid, node.now()));
    }
}
