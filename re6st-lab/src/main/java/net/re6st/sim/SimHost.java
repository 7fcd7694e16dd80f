package net.re6st.sim;

import java.time.Duration;
import java.util.random.RandomGenerator;
import net.re6st.net.Transport;

/**
 * One machine and its connection to the internet.
 *
 * @param x place, 0 to 1, as y
 * @param nat how others can reach it
 * @param port where they can
 * @param withoutUdp whether UDP is disabled
 * @param tunnelFactor how much longer its OpenVPN takes
 * @param tunnelFailure how often that fails
 * @param clockError of the wall clock
 * @param diskDelay until something written is safe
 */
record SimHost(
        int index,
        double x,
        double y,
        Nat nat,
        int port,
        String country,
        boolean withoutUdp,
        int tunnelFactor,
        double tunnelFailure,
        Duration clockError,
        Duration diskDelay) {
    static final int PORT = 1194;
    private static final int FIRST_MAPPED_PORT = 32_768;
    private static final int MAPPED_PORTS = 16_384;

    /** How others reach a host. */
    enum Nat {
        OPEN,
        MAPPED,
        CLOSED
    }

    static SimHost draw(Internet.Plan plan, int index, RandomGenerator random) {
        boolean plain = index == 0;
        double x = random.nextDouble();
        double y = random.nextDouble();
        boolean mapped = random.nextDouble() < plan.mapped() && !plain;
        int port = mapped ? FIRST_MAPPED_PORT + random.nextInt(MAPPED_PORTS) : PORT;
        boolean withoutUdp = random.nextDouble() < plan.withoutUdp() && !plain;
        boolean slow = random.nextDouble() < plan.slowTunnels() && !plain;
        boolean failing = random.nextDouble() < plan.failingTunnels() && !plain;
        boolean wrong = random.nextDouble() < plan.wrongClocks() && !plain;
        long errorSeconds =
                (long) ((2 * random.nextDouble() - 1) * Duration.ofDays(1).toSeconds());
        boolean slowDisk = random.nextDouble() < plan.slowDisks();
        return new SimHost(
                index,
                x,
                y,
                mapped ? Nat.MAPPED : Nat.OPEN,
                port,
                country((int) (x * plan.countries())),
                withoutUdp,
                slow ? 10 : 1,
                failing ? 1.0 / 3 : 0,
                wrong ? Duration.ofSeconds(errorSeconds) : Duration.ZERO,
                slowDisk ? Duration.ofSeconds(5) : Duration.ofMillis(20));
    }

    static String country(int number) {
        return "" + (char) ('A' + number / 26) + (char) ('A' + number % 26);
    }

    SimHost closed() {
        return new SimHost(
                index, x, y, Nat.CLOSED, PORT, country, withoutUdp, tunnelFactor, tunnelFailure, clockError, diskDelay);
    }

    /** Its public address. */
    String ip() {
        return "20." + (index >> 16) + "." + (index >> 8 & 255) + "." + (index & 255);
    }

    /** The host that has this address; negative if none can. */
    static int indexOf(String ip) {
        String[] parts = ip.split("\\.");
        if (parts.length != 4 || !parts[0].equals("20")) {
            return -1;
        }
        return Integer.parseInt(parts[1]) << 16 | Integer.parseInt(parts[2]) << 8 | Integer.parseInt(parts[3]);
    }

    boolean isOpen() {
        return nat != Nat.CLOSED;
    }

    /** Whether somebody listens there for connections from outside. */
    boolean accepts(int dialledPort, Transport transport) {
        return isOpen() && dialledPort == port && !(withoutUdp && transport == Transport.UDP);
    }
}
