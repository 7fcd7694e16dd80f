package net.re6st.babel;

import java.nio.ByteBuffer;
import java.util.Optional;
import net.re6st.net.Bytes;
import net.re6st.net.Ip6;

/** What a client of {@code babeld.sock} may ask. */
public sealed interface BabelRequest {
    BabelPacket toPacket();

    /** Reads a request; empty if its type or length is wrong. */
    static Optional<BabelRequest> of(BabelPacket packet) {
        Bytes body = packet.body();
        if (packet.type() == BabelPacket.DUMP && body.size() == 1) {
            return Optional.of(new Dump(body.unsignedAt(0)));
        } else if (packet.type() == BabelPacket.COST_MULTIPLIER && body.size() == CostMultiplier.SIZE) {
            ByteBuffer rest = body.from(16).toBuffer();
            return Optional.of(new CostMultiplier(
                    Ip6.of(body, 0), Integer.toUnsignedLong(rest.getInt()), rest.getShort() & 0xffff));
        }
        return Optional.empty();
    }

    /**
     * Asks for what is known.
     *
     * @param sections a set of the bits below
     */
    record Dump(int sections) implements BabelRequest {
        public static final int INTERFACES = 1;
        public static final int NEIGHBOURS = 2;
        public static final int XROUTES = 4;
        public static final int INSTALLED_ROUTES = 8;

        /** What both registries ask for. */
        public static final Dump USUAL = new Dump(INTERFACES | NEIGHBOURS | INSTALLED_ROUTES);

        @Override
        public BabelPacket toPacket() {
            return new BabelPacket(BabelPacket.DUMP, Bytes.copyOf((byte) sections));
        }

        public boolean wants(int section) {
            return (sections & section) != 0;
        }
    }

    /**
     * Changes the cost of a neighbour's routes: only a patched babeld knows this. Ours answers and does nothing.
     *
     * @param multiplier 256 is normal, 0 infinite
     */
    record CostMultiplier(Ip6 neighbour, long ifindex, int multiplier) implements BabelRequest {
        static final int SIZE = 22;

        @Override
        public BabelPacket toPacket() {
            ByteBuffer body = ByteBuffer.allocate(SIZE);
            body.put(neighbour.toBytes().toBuffer()).putInt((int) ifindex).putShort((short) multiplier);
            return new BabelPacket(BabelPacket.COST_MULTIPLIER, Bytes.copyOf(body.array()));
        }
    }
}
