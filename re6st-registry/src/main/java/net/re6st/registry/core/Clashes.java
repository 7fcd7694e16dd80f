package net.re6st.registry.core;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.re6st.net.Prefix;
import net.re6st.registry.port.AuditRow.Act;
import net.re6st.registry.port.ClashRow;
import net.re6st.registry.port.RegistryStore;
import net.re6st.registry.port.ReplacedSession;
import net.re6st.registry.port.Tx;
import net.re6st.registry.port.View;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides from their calls which nodes are two machines with one certificate. Any thread. */
public final class Clashes {
    /*
     * A program has one session, and when it begins another it never comes back to the one before. So a call of a session
     * that another one took the place of was made by a second program that has the key: each of two machines breaks the
     * session of the other. Addresses prove nothing: a laptop moves, a host with IPv4 and IPv6 uses either, and two copies
     * may be behind one router. Restarts, renewals and moves leave sessions behind and never return to them.
     *
     * There is one exception, a request that was overtaken: the network held it back until the node had given it up and had
     * begun another session. That lasts minutes at most, so a call that comes so soon does not count. And a machine that is
     * set back to an earlier state of its memory does it once, so that it takes two to be certain.
     */
    static final int CERTAIN = 2;
    static final Duration REMEMBERED = Duration.ofDays(30);
    private static final Logger LOG = LoggerFactory.getLogger(Clashes.class);

    private final RegistryStore store;
    private final AuditLog audit;
    private final Duration overtaken;

    /** {@code overtaken}: how late a request may be that was overtaken by another session of its sender. */
    Clashes(RegistryStore store, AuditLog audit, Duration overtaken) {
        this.store = store;
        this.audit = audit;
        this.overtaken = overtaken;
    }

    /** The nodes that are certainly two machines. */
    public static List<ClashRow> certain(View view, long nowUnixSeconds) {
        return view.clashes(CERTAIN, nowUnixSeconds - REMEMBERED.toSeconds());
    }

    /** A session was used that another one took the place of. */
    void onLate(ReplacedSession session, Occasion occasion) {
        long age = occasion.unixSeconds() - session.replacedUnixSeconds();
        if (age < overtaken.toSeconds()) {
            LOG.debug("a call of {} was overtaken by its next session", session.client());
            return;
        }
        Optional<ClashRow> found = store.transaction(tx -> record(tx, session, occasion));
        found.filter(clash -> clash.times() == CERTAIN)
                .ifPresent(clash -> LOG.warn(
                        "two machines use the certificate of {}: they call from {} and {}. {}",
                        clash.node(),
                        clash.address(),
                        clash.otherAddress(),
                        advice(clash)));
    }

    private String advice(ClashRow clash) {
        Optional<Prefix> registryNode = store.read(View::registryPrefix);
        return registryNode.equals(Optional.of(clash.node()))
                ? "It is the registry's own node: stop the machine that is a copy, and give it a certificate of its own"
                : "Revoke it (re6st-registry revoke " + clash.node().cn() + ") and give each machine one of its own";
    }

    private Optional<ClashRow> record(Tx tx, ReplacedSession session, Occasion occasion) {
        if (tx.certificate(session.client()).isEmpty()) {
            return Optional.empty();
        }
        long now = occasion.unixSeconds();
        int before = tx.clash(session.client())
                .filter(row -> row.lastUnixSeconds() >= now - REMEMBERED.toSeconds())
                .map(ClashRow::times)
                .orElse(0);
        ClashRow clash =
                new ClashRow(session.client(), before + 1, now, occasion.actor().address(), session.address());
        tx.storeClash(clash);
        if (clash.times() == CERTAIN) {
            audit.record(
                    tx,
                    occasion,
                    Act.CLONE_SUSPECTED,
                    clash.node().cn(),
                    "two machines use the certificate, and call from " + clash.address() + " and "
                            + clash.otherAddress());
        }
        return Optional.of(clash);
    }
}
