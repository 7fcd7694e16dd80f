package net.re6st.crypto;

import net.re6st.net.Bytes;

/**
 * Decides whether bytes are one well-formed DER element and nothing more, before a parser sees them. It bounds the size and
 * the depth, so that no hostile certificate makes the parser recurse or allocate without limit.
 */
final class Der {
    static final int MAX_BYTES = 16 * 1024;
    private static final int MAX_DEPTH = 24;
    private static final int CONSTRUCTED = 0x20;
    private static final int MULTI_BYTE_TAG = 0x1f;

    private Der() {}

    /** Whether {@code der} is exactly one element with definite, minimal lengths; trailing bytes are not valid. */
    static boolean isSingleElement(Bytes der) {
        return der.size() <= MAX_BYTES && elementEnd(der, 0, der.size(), 0) == der.size();
    }

    /** The first element inside the constructed element {@code der}, byte for byte; {@code der} must have been checked. */
    static Bytes firstChild(Bytes der) {
        int lengthByte = der.unsignedAt(1);
        int start = lengthByte < 0x80 ? 2 : 2 + (lengthByte & 0x7f);
        return der.slice(start, elementEnd(der, start, der.size(), 0));
    }

    /** Index after the element at {@code start}, or -1 if it is malformed or does not end before {@code limit}. */
    private static int elementEnd(Bytes der, int start, int limit, int depth) {
        if (limit - start < 2 || depth > MAX_DEPTH) {
            return -1;
        }
        int tag = der.unsignedAt(start);
        if ((tag & MULTI_BYTE_TAG) == MULTI_BYTE_TAG) {
            return -1;
        }
        int content = start + 2;
        int length = der.unsignedAt(start + 1);
        if (length >= 0x80) {
            int lengthBytes = length & 0x7f;
            if (lengthBytes < 1 || lengthBytes > 2 || limit - content < lengthBytes) {
                return -1;
            }
            length = der.unsignedAt(content);
            if (lengthBytes == 2) {
                length = length << 8 | der.unsignedAt(content + 1);
            }
            if (length < (lengthBytes == 1 ? 0x80 : 0x100)) {
                return -1;
            }
            content += lengthBytes;
        }
        if (length > limit - content) {
            return -1;
        }
        int end = content + length;
        if ((tag & CONSTRUCTED) != 0) {
            int child = content;
            while (child < end) {
                child = elementEnd(der, child, end, depth + 1);
                if (child < 0) {
                    return -1;
                }
            }
        }
        return end;
    }
}
