package net.re6st.core;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Queue;
import net.re6st.core.port.Cryptography;
import net.re6st.core.port.PeerCertificate;
import net.re6st.core.port.Ticket;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.net.Prefix;
import org.jspecify.annotations.Nullable;

/** Cryptography that only looks like it: certificates of {@link TestNode}, secrets sealed by their bytes. */
final class FakeCryptography implements Cryptography {
    static final Bytes MARK = Bytes.ofLatin1("sealed..............");

    private final Queue<Answer> answers = new ArrayDeque<>();
    int calls;

    private interface Answer {
        void give(Node node, Moment now);
    }

    /** Gives the node all answers, also those to what it asks meanwhile. */
    void deliver(Node node, Moment now) {
        for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
            answer.give(node, now);
        }
    }

    int waiting() {
        return answers.size();
    }

    @Override
    public void checkCertificate(Ticket ticket, Bytes der) {
        calls++;
        answers.add((node, now) -> node.onCertificateChecked(ticket, read(der), now));
    }

    private static @Nullable PeerCertificate read(Bytes der) {
        String[] words = der.from(3).toLatin1().strip().split(" ");
        Prefix prefix = Prefix.parseCn(words[0]).orElse(null);
        if (prefix == null || words.length != 2 || !words[1].matches("[0-9]{1,9}")) {
            return null;
        }
        long end = TestNode.START.wallMicros() + 300L * 24 * 3600 * 1_000_000;
        return new PeerCertificate(prefix, new BigInteger(words[1]), end, TestNode.fingerprint(der), der);
    }

    @Override
    public void seal(Ticket ticket, Bytes secret, PeerCertificate recipient) {
        calls++;
        answers.add((node, now) -> node.onSealed(ticket, secret, MARK, now));
    }

    @Override
    public void open(Ticket ticket, Bytes sealed, Bytes signature, PeerCertificate sender) {
        calls++;
        Bytes secret = signature.equals(MARK) ? sealed : null;
        answers.add((node, now) -> node.onOpened(ticket, secret, now));
    }

    @Override
    public void checkVersion(Ticket ticket, Bytes version) {
        calls++;
        boolean valid = version.toLatin1().endsWith("signature of the CA");
        answers.add((node, now) -> node.onVersionChecked(ticket, valid, now));
    }
}
