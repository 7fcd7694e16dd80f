package net.re6st.registry.core;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import net.re6st.crypto.Hash;
import net.re6st.net.Bytes;
import net.re6st.registry.port.AuditHead;
import net.re6st.registry.port.AuditRow;
import net.re6st.registry.port.CaKey;

/**
 * What the hashes and the seal of the audit log are made of: docs/audit-log.rst.
 *
 * <pre>
 *   hash(n) = SHA-256(hash(n-1) | net("re6st-audit-1") | net(number) | net(date) | net(act) | net(target) | net(detail)
 *                     | net(actor_kind) | net(actor_name) | net(actor_address))
 *   hash(0) = 32 zero bytes
 *   net(x)  = decimal length of x in bytes, ":", x in UTF-8, ","        (a netstring)
 *   seal    = HMAC-SHA-256(K, net("re6st-audit-head-1") | net(number of the last row) | its hash)
 *   K       = SHA-256(the CA's signature of "re6st-audit-key-1")
 * </pre>
 */
final class AuditChain {
    static final int HASH_BYTES = 32;
    static final Bytes GENESIS = Bytes.copyOf(new byte[HASH_BYTES]);

    private static final String ROW = "re6st-audit-1";
    private static final String HEAD = "re6st-audit-head-1";
    private static final String KEY = "re6st-audit-key-1";

    private AuditChain() {}

    /** The hash that {@code row} must have when {@code previous} is that of the row before. */
    static Bytes hash(Bytes previous, AuditRow row) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(previous.toArray());
        String[] fields = {
            ROW,
            Long.toString(row.number()),
            Long.toString(row.unixSeconds()),
            row.act(),
            row.target(),
            row.detail(),
            row.actor().kind(),
            row.actor().name(),
            row.actor().address()
        };
        for (String field : fields) {
            writeNet(out, field);
        }
        return Hash.SHA_256.of(Bytes.copyOf(out.toByteArray()));
    }

    private static void writeNet(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeBytes((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(bytes);
        out.write(',');
    }

    /** The key of seals, which only who holds the CA's key can make: the signature is always the same one. */
    static Bytes sealKey(CaKey caKey) {
        return Hash.SHA_256.of(caKey.sign(Bytes.ofLatin1(KEY)));
    }

    static Bytes seal(Bytes sealKey, long number, Bytes hash) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writeNet(out, HEAD);
        writeNet(out, Long.toString(number));
        out.writeBytes(hash.toArray());
        return Hash.SHA_256.mac(sealKey, Bytes.copyOf(out.toByteArray()));
    }

    static boolean isSealed(Bytes sealKey, AuditHead head) {
        byte[] expected = seal(sealKey, head.number(), head.hash()).toArray();
        return MessageDigest.isEqual(expected, head.seal().toArray());
    }
}
