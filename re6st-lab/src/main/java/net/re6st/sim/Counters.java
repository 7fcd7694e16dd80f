package net.re6st.sim;

import net.re6st.net.Bytes;

/** What is counted while a simulation runs. */
final class Counters {
    private final int[] registryCalls;
    private final int[] datagrams;
    private final int[] dials;
    private long totalDatagrams;
    private long totalBytes;
    private long lost;
    private long totalRegistryCalls;

    Counters(int nodes) {
        registryCalls = new int[nodes];
        datagrams = new int[nodes];
        dials = new int[nodes];
    }

    void datagram(SimNode from, Bytes datagram) {
        datagrams[from.index()]++;
        totalDatagrams++;
        totalBytes += datagram.size();
    }

    void lost() {
        lost++;
    }

    void registryCall(SimNode from) {
        registryCalls[from.index()]++;
        totalRegistryCalls++;
    }

    void dial(SimNode from) {
        dials[from.index()]++;
    }

    /** How often a node began to dial an address. */
    int dials(int node) {
        return dials[node];
    }

    /** Sent by one node, inside the overlay. */
    int datagrams(int node) {
        return datagrams[node];
    }

    long datagrams() {
        return totalDatagrams;
    }

    long bytes() {
        return totalBytes;
    }

    /** Sent, but lost by a link on the way. */
    long lostCount() {
        return lost;
    }

    long registryCalls() {
        return totalRegistryCalls;
    }

    int registryCalls(int node) {
        return registryCalls[node];
    }
}
