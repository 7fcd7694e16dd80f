package net.re6st.conf;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.re6st.cli.Failure;
import net.re6st.crypto.DistinguishedName;

/** Which subject is requested: that of the certificate to replace, changed by {@code -r}. */
final class Subject {
    private static final Set<String> DECIDED_BY_REGISTRY = Set.of("CN", "serialNumber");

    private Subject() {}

    /** Refuses the attributes that the registry decides. {@code serial} is what the subject's is called in the original. */
    static void checkReserved(List<ConfOptions.Field> fields) throws Failure {
        for (ConfOptions.Field field : fields) {
            Optional<String> name = DistinguishedName.shortName(field.key());
            if (field.key().equals("serial")
                    || name.filter(DECIDED_BY_REGISTRY::contains).isPresent()) {
                throw new Failure(field.key() + " field is reserved.");
            }
        }
    }

    /** The attributes of the old subject that stay, in order, then those of {@code fields}. */
    static DistinguishedName of(DistinguishedName old, List<ConfOptions.Field> fields) throws Failure {
        DistinguishedName subject = old.without(DECIDED_BY_REGISTRY);
        for (ConfOptions.Field field : fields) {
            String name = DistinguishedName.shortName(field.key())
                    .orElseThrow(() -> new Failure("-r " + field.key() + ": no such attribute"));
            subject = subject.without(List.of(name));
        }
        for (int i = 0; i < fields.size(); i++) {
            ConfOptions.Field field = fields.get(i);
            if (!field.value().isEmpty() && isLast(fields, i)) {
                subject = subject.plus(field.key(), field.value())
                        .orElseThrow(() -> new Failure(
                                "-r " + field.key() + ": " + field.value() + " is not possible for this attribute"));
            }
        }
        return subject;
    }

    /** Whether no later field has the same name: the last one counts. */
    private static boolean isLast(List<ConfOptions.Field> fields, int index) {
        Optional<String> name = DistinguishedName.shortName(fields.get(index).key());
        return fields.subList(index + 1, fields.size()).stream()
                .noneMatch(later -> DistinguishedName.shortName(later.key()).equals(name));
    }
}
