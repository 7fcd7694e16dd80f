package net.re6st.node.command;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import net.re6st.cli.Failure;
import net.re6st.net.Bytes;
import net.re6st.node.os.CertificateFiles;
import net.re6st.wire.PeerPacket;
import net.re6st.wire.Protocol;

/** Begins a handshake with another node, without ending it: whatever comes back shows that UDP port 326 is open. */
final class HelloProbe implements LinkChecks.PeerProbe {
    private static final int TIMEOUT_MILLIS = 3_000;
    private static final int MAX_BYTES = 65_536;

    private final String own;
    private final Path cert;
    private final Path key;

    /** {@code own} is the address that the node has in the network. */
    HelloProbe(String own, Path cert, Path key) {
        this.own = own;
        this.cert = cert;
        this.key = key;
    }

    @Override
    public boolean isAnswered(String address) {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(own), 0))) {
            Bytes hello = new PeerPacket.Hello0(CertificateFiles.credentials(cert, key)
                            .certificate()
                            .der())
                    .encode();
            byte[] bytes = hello.toArray();
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.send(new DatagramPacket(
                    bytes, bytes.length, new InetSocketAddress(InetAddress.getByName(address), Protocol.PORT)));
            socket.receive(new DatagramPacket(new byte[MAX_BYTES], MAX_BYTES));
            return true;
        } catch (IOException | Failure e) {
            return false;
        }
    }
}
