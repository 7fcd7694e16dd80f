package net.re6st.registry.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.re6st.config.Json;
import net.re6st.config.Parameter;
import net.re6st.config.Value;
import net.re6st.net.Bytes;
import net.re6st.registry.port.AuditRow.Act;
import net.re6st.registry.port.CaKey;
import net.re6st.registry.port.Tx;
import net.re6st.wire.PackedInteger;

/** Gives the parameters of the network their next version: signs it and stores both. */
final class VersionStamp {
    private final CaKey caKey;
    private final AuditLog audit;

    VersionStamp(CaKey caKey, AuditLog audit) {
        this.caKey = caKey;
        this.audit = audit;
    }

    /** Publishes these parameters, canonical JSON, as a new version. */
    void publish(Tx tx, String config, Occasion occasion) {
        publish(tx, config, 1, occasion);
    }

    private void publish(Tx tx, String config, long step, Occasion occasion) {
        long version = number(tx.version()) + step;
        Bytes number = PackedInteger.encode(version);
        // In the transaction because the number must be signed before it can be stored: one signature, about a
        // millisecond.
        tx.setVersion(number.plus(caKey.sign(number)));
        String changes = ParameterChanges.describe(tx.lastConfig(), config);
        audit.record(tx, occasion, Act.PARAMETERS_CHANGED, "version " + version, changes);
        tx.setLastConfig(config);
    }

    /**
     * Publishes the last parameters again, with the serials that are revoked by now: for programs that don't know the
     * options of the registry. False if nothing was published yet.
     */
    boolean publishAgain(Tx tx, Occasion occasion) {
        return publishAfter(tx, 1, occasion);
    }

    /** The same with a version that is {@code step} higher. */
    boolean publishAfter(Tx tx, long step, Occasion occasion) {
        Optional<Value.Members> last = tx.lastConfig()
                .flatMap(Json::parse)
                .filter(Value.Members.class::isInstance)
                .map(Value.Members.class::cast);
        if (last.isEmpty()) {
            return false;
        }
        Map<String, Value> members = new TreeMap<>(last.get().members());
        members.put(Parameter.CRL.text(), serials(tx.revokedSerials()));
        publish(tx, Json.writeSorted(new Value.Members(members)), step, occasion);
        return true;
    }

    static Value serials(List<Long> serials) {
        return Value.of(serials.stream().map(Value::of).toList());
    }

    /** The number in a signed version; 0 if there is none. */
    static long number(Optional<Bytes> version) {
        return version.flatMap(blob -> PackedInteger.decode(blob, 0))
                .map(PackedInteger.Decoded::value)
                .orElse(0L);
    }
}
