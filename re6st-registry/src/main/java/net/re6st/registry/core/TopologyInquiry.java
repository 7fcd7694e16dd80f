package net.re6st.registry.core;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import net.re6st.config.Json;
import net.re6st.config.Value;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.port.Inquiry;
import net.re6st.wire.LinkDelays;
import net.re6st.wire.PeerMessage;
import net.re6st.wire.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the registry's node with whom it has tunnels, then each node it learns of in this way; beside it, if that is wanted,
 * how long packets take on its links.
 */
final class TopologyInquiry implements Inquiry {
    private static final Logger LOG = LoggerFactory.getLogger(TopologyInquiry.class);
    private static final int MAX_NODES = 100_000;

    private final int maxPrefixLength;
    private final boolean wantsDelays;
    private final Queue<Prefix> toAsk = new ArrayDeque<>();
    private final Set<Prefix> known = new LinkedHashSet<>();
    private final Map<Prefix, Topology> answers = new LinkedHashMap<>();
    private final Map<Prefix, LinkDelays> delays = new LinkedHashMap<>();

    private TopologyInquiry(Prefix registryNode, int maxPrefixLength, boolean wantsDelays) {
        this.maxPrefixLength = maxPrefixLength;
        this.wantsDelays = wantsDelays;
        learn(registryNode);
    }

    static TopologyInquiry ofTunnels(Prefix registryNode, int maxPrefixLength) {
        return new TopologyInquiry(registryNode, maxPrefixLength, false);
    }

    static TopologyInquiry withDelays(Prefix registryNode, int maxPrefixLength) {
        return new TopologyInquiry(registryNode, maxPrefixLength, true);
    }

    private void learn(Prefix node) {
        if (node.length() <= maxPrefixLength && known.size() < MAX_NODES && known.add(node)) {
            toAsk.add(node);
        }
    }

    @Override
    public PeerMessage.Kind kind() {
        return PeerMessage.Kind.TOPOLOGY;
    }

    /** It comes first, so that the answer is there when the one that is waited for comes. */
    @Override
    public Optional<PeerMessage.Kind> aside() {
        return wantsDelays ? Optional.of(PeerMessage.Kind.LINKS) : Optional.empty();
    }

    @Override
    public Optional<Prefix> next() {
        return Optional.ofNullable(toAsk.poll());
    }

    @Override
    public boolean isOpen() {
        return answers.size() < known.size();
    }

    @Override
    public void onAnswer(Prefix sender, Bytes payload) {
        Optional<Topology> answer = Topology.decode(payload);
        if (!known.contains(sender) || answers.containsKey(sender)) {
            return;
        }
        if (answer.isEmpty()
                || answer.get().dialled().contains(sender)
                || answer.get().served().contains(sender)) {
            LOG.warn("{} answers nonsense about its tunnels", sender);
            return;
        }
        answers.put(sender, answer.get());
        answer.get().dialled().forEach(this::learn);
        answer.get().served().forEach(this::learn);
    }

    @Override
    public void onAside(Prefix sender, Bytes payload) {
        Optional<LinkDelays> answer = LinkDelays.decode(payload);
        if (answer.isEmpty()) {
            LOG.warn("{} answers nonsense about its delays", sender);
        } else if (known.contains(sender)) {
            delays.putIfAbsent(sender, answer.get());
        }
    }

    /** By node that told, the delays of its links. */
    Map<Prefix, LinkDelays> delays() {
        return delays;
    }

    /** By node that answered, its tunnels. */
    Map<Prefix, Topology> answers() {
        return answers;
    }

    /** JSON: by CN the CNs it dialled; under the empty name those that answered. */
    String json() {
        Map<String, Value> members = new LinkedHashMap<>();
        answers.forEach((node, tunnels) -> members.put(node.cn(), cns(tunnels.dialled())));
        if (!answers.isEmpty()) {
            members.put("", cns(answers.keySet()));
        }
        return Json.write(new Value.Members(members));
    }

    private static Value cns(Collection<Prefix> nodes) {
        return Value.of(nodes.stream().map(node -> Value.of(node.cn())).toList());
    }
}
