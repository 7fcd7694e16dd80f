package net.re6st.registry.core;

import java.util.Locale;
import java.util.OptionalLong;
import net.re6st.registry.port.View;

/**
 * How far the change of the Babel keys is: see {@link BabelKeys} for what the nodes do meanwhile.
 *
 * @param deadlineUnixSeconds until when nodes that did not hear of the first step ask by themselves
 */
public record KeyRotation(State state, OptionalLong deadlineUnixSeconds) {
    /** What there is between two steps. */
    public enum State {
        /** The network has no key: anybody can take part in its routing. */
        NO_KEY,
        /** One key, signed with and checked: at rest. */
        AT_REST,
        /** Nodes sign with the old key and accept the new one. */
        NEW_ACCEPTED,
        /** Nodes sign with the new key and accept the old one. */
        NEW_USED,
        /** The first key is there, nodes sign with it and accept anything. */
        FIRST_USED;

        /** As it stands in forms. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public static KeyRotation of(View view) {
        State state;
        if (view.babelKey(1).isEmpty()) {
            state = view.babelKey(0).isPresent() ? State.AT_REST : State.NO_KEY;
        } else if (view.babelKey(2).isEmpty()) {
            state = State.NEW_ACCEPTED;
        } else {
            state = view.babelKey(2).get().isEmpty() ? State.FIRST_USED : State.NEW_USED;
        }
        OptionalLong deadline = view.validUntil().isPresent()
                ? OptionalLong.of(Math.round(view.validUntil().getAsDouble()))
                : OptionalLong.empty();
        return new KeyRotation(state, deadline);
    }
}
