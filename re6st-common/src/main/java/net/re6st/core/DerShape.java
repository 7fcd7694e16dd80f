package net.re6st.core;

import net.re6st.net.Bytes;

/** Tells without cryptography whether bytes can be a certificate: one DER sequence and nothing after it. */
final class DerShape {
    private static final int SEQUENCE = 0x30;

    private DerShape() {}

    static boolean isOneObject(Bytes der) {
        if (der.size() < 4 || der.unsignedAt(0) != SEQUENCE) {
            return false;
        }
        int first = der.unsignedAt(1);
        int lengthBytes = first - 0x80;
        // Certificates have 128 bytes or more, and less than 64 KiB: DER writes that length in one or two bytes.
        if (lengthBytes != 1 && lengthBytes != 2) {
            return false;
        }
        int length = der.unsignedAt(2);
        if (lengthBytes == 2) {
            length = length << 8 | der.unsignedAt(3);
        }
        return der.size() == 2 + lengthBytes + length;
    }
}
