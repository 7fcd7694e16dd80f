package net.re6st.registry.core;

import java.util.Optional;
import java.util.random.RandomGenerator;
import net.re6st.registry.port.AuditRow.Act;
import net.re6st.registry.port.RegistryStore;
import net.re6st.registry.port.TokenRow;
import net.re6st.registry.port.Tx;

/** What an administrator does with tokens, by whatever way, with its traces in the audit log. */
final class TokenActs {
    private static final Answer NOT_STORABLE = Answer.error(Answer.BAD_REQUEST, "control characters, or too long");

    private final RegistryStore store;
    private final AuditLog audit;
    private final RandomGenerator secure;

    TokenActs(RegistryStore store, AuditLog audit, RandomGenerator secure) {
        this.store = store;
        this.audit = audit;
        this.secure = secure;
    }

    /** Makes a token and gives it. */
    Answer create(String email, int prefixLength, Occasion occasion) {
        if (!Tokens.isStorable(email)) {
            return NOT_STORABLE;
        }
        return store.transaction(tx -> {
            String token = Tokens.create(tx, secure);
            add(tx, new TokenRow(token, email, prefixLength, occasion.unixSeconds()), occasion);
            return Answer.of(token);
        });
    }

    /** Adds a token that somebody chose. */
    Answer add(String email, String token, int prefixLength, Occasion occasion) {
        if (!Tokens.isStorable(email) || !Tokens.isAcceptable(token)) {
            return NOT_STORABLE;
        }
        TokenRow row = new TokenRow(token, email, prefixLength, occasion.unixSeconds());
        boolean added = store.transaction(tx -> add(tx, row, occasion));
        return added ? Answer.EMPTY : Answer.error(Answer.CONFLICT, "this token exists");
    }

    private boolean add(Tx tx, TokenRow row, Occasion occasion) {
        boolean added = Tokens.add(tx, row);
        if (added) {
            audit.record(tx, occasion, Act.TOKEN_ADDED, row.email(), "");
        }
        return added;
    }

    /** Whether there was such a token. */
    boolean delete(String token, Occasion occasion) {
        return store.transaction(tx -> {
            Optional<TokenRow> row = tx.token(token);
            row.ifPresent(deleted -> {
                tx.deleteToken(token);
                audit.record(tx, occasion, Act.TOKEN_DELETED, deleted.email(), "");
            });
            return row.isPresent();
        });
    }
}
