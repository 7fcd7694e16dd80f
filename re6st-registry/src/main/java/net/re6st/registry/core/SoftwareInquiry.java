package net.re6st.registry.core;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import net.re6st.config.Json;
import net.re6st.config.Value;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.port.Inquiry;
import net.re6st.wire.PeerMessage;

/** Asks every reachable node which software it runs. */
final class SoftwareInquiry implements Inquiry {
    private static final int MAX_TEXT_BYTES = 500;

    private final Queue<Prefix> toAsk;
    private final SortedMap<Prefix, Optional<String>> answers = new TreeMap<>();
    private int unanswered;

    SoftwareInquiry(Collection<Prefix> nodes) {
        nodes.forEach(node -> answers.put(node, Optional.empty()));
        toAsk = new ArrayDeque<>(answers.keySet());
        unanswered = answers.size();
    }

    @Override
    public PeerMessage.Kind kind() {
        return PeerMessage.Kind.SOFTWARE;
    }

    @Override
    public Optional<Prefix> next() {
        return Optional.ofNullable(toAsk.poll());
    }

    @Override
    public boolean isOpen() {
        return unanswered > 0;
    }

    @Override
    public void onAnswer(Prefix sender, Bytes payload) {
        Optional<String> known = answers.get(sender);
        if (known != null && known.isEmpty()) {
            Bytes text = payload.slice(0, Math.min(payload.size(), MAX_TEXT_BYTES));
            answers.put(sender, Optional.of(new String(text.toArray(), StandardCharsets.UTF_8)));
            unanswered--;
        }
    }

    /** By node that answered, its answer. */
    SortedMap<Prefix, String> texts() {
        SortedMap<Prefix, String> texts = new TreeMap<>();
        answers.forEach((node, text) -> text.ifPresent(t -> texts.put(node, t)));
        return texts;
    }

    /** JSON: by prefix the text of its answer, or null. */
    String json() {
        Map<String, Value> members = new LinkedHashMap<>();
        answers.forEach(
                (node, text) -> members.put(node.bits(), text.map(Value::of).orElseGet(Value.Null::new)));
        return Json.write(new Value.Members(members));
    }
}
