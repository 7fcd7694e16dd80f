package net.re6st.registry.core;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.net.Prefix;
import net.re6st.registry.port.DatabaseContent.Cell;

/** The rules for the tree of blocks and the certificates in it; takes the rows in the order of their prefixes. */
final class BlockRules {
    /** Of a free block that was taken out of use, see {@link PrefixAllocator}. */
    private static final String RESERVED = "reserved";

    private final CertificateAuthority authority;
    private final int max;
    private final long lastSerial;
    private final Findings findings;
    private final Map<String, Node> nodes = new TreeMap<>();
    private final Map<Long, String> serials = new HashMap<>();
    private final Map<Long, String> subjectSerials = new HashMap<>();

    /** Where the next block must begin, counted in prefixes of the greatest length. */
    private BigInteger next = BigInteger.ZERO;

    private String previous = "";

    /** A node's certificate, as its row has it. */
    record Node(String pem, Certificate certificate) {}

    BlockRules(CertificateAuthority authority, long lastSerial, Findings findings) {
        this.authority = authority;
        this.max = authority.network().maxPrefixLength();
        this.lastSerial = lastSerial;
        this.findings = findings;
    }

    /** The certificates that could be read, by the bits of their prefix. */
    Map<String, Node> nodes() {
        return nodes;
    }

    private static String name(String bits) {
        return "cert " + (bits.isEmpty() ? "''" : bits);
    }

    void take(Cell prefix, Cell cert) {
        String where = name(prefix.text());
        Optional<Prefix> block = prefix.asText().flatMap(Prefix::parseBits).filter(parsed -> parsed.length() <= max);
        if (block.isEmpty()) {
            findings.add(where, "no prefix of this network");
            return;
        }
        place(block.get(), where);
        if (cert.asText().filter(RESERVED::equals).isPresent()) {
            findings.addUnless(block.get().length() == max, where, "only blocks of " + max + " bits are reserved");
        } else if (!cert.isNull()) {
            takeCertificate(block.get(), cert, where);
        }
    }

    private void place(Prefix block, String where) {
        BigInteger begin = value(block.bits()).shiftLeft(max - block.length());
        BigInteger end = begin.add(BigInteger.ONE.shiftLeft(max - block.length()));
        if (begin.compareTo(next) < 0) {
            findings.add(where, "overlaps " + name(previous));
        } else {
            reportGap(begin);
        }
        if (end.compareTo(next) > 0) {
            next = end;
            previous = block.bits();
        }
    }

    private static BigInteger value(String bits) {
        return bits.isEmpty() ? BigInteger.ZERO : new BigInteger(bits, 2);
    }

    /** Names the blocks between the last one and {@code begin}. */
    private void reportGap(BigInteger begin) {
        BigInteger at = next;
        while (at.compareTo(begin) < 0) {
            int size = at.signum() == 0 ? max : Math.min(max, at.getLowestSetBit());
            while (at.add(BigInteger.ONE.shiftLeft(size)).compareTo(begin) > 0) {
                size--;
            }
            int length = max - size;
            String bits = length == 0
                    ? ""
                    : at.shiftRight(size).setBit(length).toString(2).substring(1);
            findings.add(name(bits), "missing: no row covers this block");
            at = at.add(BigInteger.ONE.shiftLeft(size));
        }
    }

    /** After the last row. */
    void end() {
        reportGap(BigInteger.ONE.shiftLeft(max));
    }

    private void takeCertificate(Prefix block, Cell cert, String where) {
        Optional<Certificate> parsed = cert.asText().flatMap(Certificate::ofPem);
        if (parsed.isEmpty()) {
            findings.add(where, "holds no certificate");
            return;
        }
        Certificate certificate = parsed.get();
        nodes.put(block.bits(), new Node(cert.text(), certificate));
        findings.addUnless(certificate.pem().equals(cert.text()), where, "there is more than a certificate in its row");
        // Ended certificates stay in their rows for a while.
        findings.addUnless(authority.hasIssued(certificate), where, "its certificate was not issued by this CA");
        String holder = certificate.prefix().map(Prefix::cn).orElse("nobody");
        findings.addUnless(holder.equals(block.cn()), where, "its certificate is that of " + holder);
        takeSerials(certificate, block.bits(), where);
    }

    private void takeSerials(Certificate certificate, String bits, String where) {
        BigInteger serial = certificate.serial();
        boolean isGiven = serial.signum() >= 0 && serial.compareTo(BigInteger.valueOf(lastSerial)) <= 0;
        findings.addUnless(isGiven, where, "serial " + serial + " was never given: the last one is " + lastSerial);
        if (isGiven) {
            String other = serials.put(serial.longValue(), bits);
            findings.addUnless(other == null, where, "has the same serial as " + name(other == null ? "" : other));
        }
        certificate.subjectSerial().ifPresent(number -> {
            String other = subjectSerials.put(number, bits);
            findings.addUnless(
                    other == null, where, "has the same subject serial as " + name(other == null ? "" : other));
        });
    }
}
