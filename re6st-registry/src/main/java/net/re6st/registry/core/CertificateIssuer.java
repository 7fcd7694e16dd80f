package net.re6st.registry.core;

import java.io.IOException;
import java.math.BigInteger;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.DistinguishedName;
import net.re6st.crypto.Pem;
import net.re6st.net.Bytes;
import net.re6st.net.Prefix;
import net.re6st.registry.port.CaKey;
import net.re6st.registry.port.CertificateRow;
import net.re6st.registry.port.Tx;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V1TBSCertificateGenerator;

/** Makes the certificates of nodes: version 1, no extensions, whatever the request says about CN and serialNumber. */
final class CertificateIssuer {
    static final Duration LIFETIME = Duration.ofDays(365);

    private static final String CN = "CN";
    private static final String SERIAL_NUMBER = "serialNumber";
    static final AlgorithmIdentifier SHA512_RSA =
            new AlgorithmIdentifier(PKCSObjectIdentifiers.sha512WithRSAEncryption, DERNull.INSTANCE);

    private static final int FIRST_LONG_YEAR = 2050;
    private static final DateTimeFormatter SHORT_DATE = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT);
    private static final DateTimeFormatter LONG_DATE = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT);

    private final X500Name issuer;
    private final CurrentAuthority current;
    private final CaKey caKey;

    CertificateIssuer(CurrentAuthority current, CaKey caKey) {
        this.issuer = X500Name.getInstance(
                current.authority().certificate().subject().der().toArray());
        this.current = current;
        this.caKey = caKey;
    }

    /** When a certificate issued at that time ends: no certificate outlives the CA's. */
    long endUnixSeconds(long nowUnixSeconds) {
        return Math.min(nowUnixSeconds + LIFETIME.toSeconds(), current.endUnixSeconds());
    }

    /** Why nothing can be issued. */
    Optional<Answer> refusal(long nowUnixSeconds) {
        return nowUnixSeconds < current.endUnixSeconds()
                ? Optional.empty()
                : Optional.of(Answer.error(Answer.FORBIDDEN, "the certificate of this network's CA has ended"));
    }

    /** What goes into a certificate, apart from its serial. */
    record Order(
            Prefix prefix,
            DistinguishedName subject,
            OptionalLong subjectSerial,
            RSAPublicKey key,
            long beginUnixSeconds,
            long endUnixSeconds) {}

    /** The first certificate of a prefix, with the smallest free subject serial. */
    CertificateRow issue(Tx tx, Prefix prefix, DistinguishedName requested, RSAPublicKey key, long nowUnixSeconds) {
        OptionalLong subjectSerial = OptionalLong.of(tx.lowestFreeSubjectSerial());
        return issue(
                tx, new Order(prefix, requested, subjectSerial, key, nowUnixSeconds, endUnixSeconds(nowUnixSeconds)));
    }

    /** Another certificate for the holder of {@code old}, until that time or the CA's end. */
    CertificateRow renew(Tx tx, Prefix prefix, Certificate old, long nowUnixSeconds, long endUnixSeconds) {
        return issue(
                tx,
                new Order(
                        prefix,
                        old.subject(),
                        old.subjectSerial(),
                        old.publicKey(),
                        nowUnixSeconds,
                        Math.min(endUnixSeconds, current.endUnixSeconds())));
    }

    private CertificateRow issue(Tx tx, Order order) {
        long serial = tx.lastSerial() + 1;
        tx.setLastSerial(serial);
        CertificateRow row = new CertificateRow(
                order.prefix(),
                Pem.encode(Pem.CERTIFICATE, sign(order, serial)),
                serial,
                order.subjectSerial(),
                order.endUnixSeconds());
        tx.storeCertificate(row);
        return row;
    }

    private Bytes sign(Order order, long serial) {
        V1TBSCertificateGenerator generator = new V1TBSCertificateGenerator();
        generator.setSerialNumber(new ASN1Integer(BigInteger.valueOf(serial)));
        generator.setIssuer(issuer);
        generator.setSubject(subject(order));
        generator.setStartDate(time(order.beginUnixSeconds()));
        generator.setEndDate(time(order.endUnixSeconds()));
        generator.setSignature(SHA512_RSA);
        generator.setSubjectPublicKeyInfo(
                SubjectPublicKeyInfo.getInstance(order.key().getEncoded()));
        // In the transaction, because the serial and the prefix are part of what is signed: 0.3 ms with libcrypto,
        // 1.1 ms with the JDK. Signing first and checking afterwards would sign again for every request that comes
        // while another one is under way.
        return signed(generator.generateTBSCertificate(), caKey);
    }

    /** A certificate with this content, DER. */
    static Bytes signed(TBSCertificate content, CaKey caKey) {
        try {
            Bytes signature = caKey.sign(Bytes.copyOf(content.getEncoded(ASN1Encoding.DER)));
            ASN1EncodableVector certificate = new ASN1EncodableVector();
            certificate.add(content);
            certificate.add(SHA512_RSA);
            certificate.add(new DERBitString(signature.toArray()));
            return Bytes.copyOf(new DERSequence(certificate).getEncoded(ASN1Encoding.DER));
        } catch (IOException e) {
            throw new IllegalStateException("cannot encode certificate " + content.getSerialNumber(), e);
        }
    }

    private static X500Name subject(Order order) {
        DistinguishedName name = order.subject().without(List.of(CN, SERIAL_NUMBER));
        if (order.subjectSerial().isPresent()) {
            name = plus(name, SERIAL_NUMBER, Long.toString(order.subjectSerial().getAsLong()));
        }
        return X500Name.getInstance(plus(name, CN, order.prefix().cn()).der().toArray());
    }

    private static DistinguishedName plus(DistinguishedName name, String attribute, String value) {
        return name.plus(attribute, value).orElseThrow(() -> new IllegalStateException(attribute + " is an attribute"));
    }

    /** Compat: two digits of the year until 2049, as every program that issues certificates does it. */
    static Time time(long unixSeconds) {
        OffsetDateTime moment = Instant.ofEpochSecond(unixSeconds).atOffset(ZoneOffset.UTC);
        return new Time(
                moment.getYear() < FIRST_LONG_YEAR
                        ? new DERUTCTime(SHORT_DATE.format(moment))
                        : new DERGeneralizedTime(LONG_DATE.format(moment)));
    }
}
