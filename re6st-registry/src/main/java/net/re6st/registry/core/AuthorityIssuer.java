package net.re6st.registry.core;

import java.io.IOException;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.DistinguishedName;
import net.re6st.crypto.Hash;
import net.re6st.crypto.Pem;
import net.re6st.net.Bytes;
import net.re6st.net.Network;
import net.re6st.registry.port.CaKey;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V1TBSCertificateGenerator;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

/** Makes certificates of CAs: that of a new network, and one with a later end for the same key. */
public final class AuthorityIssuer {
    private AuthorityIssuer() {}

    /** The certificate of a new network's CA. */
    public static CertificateAuthority create(
            Network network, DistinguishedName name, RSAPublicKey key, CaKey caKey, Validity validity) {
        try {
            SubjectPublicKeyInfo keyContent = SubjectPublicKeyInfo.getInstance(key.getEncoded());
            byte[] keyId = Hash.SHA_1
                    .of(Bytes.copyOf(keyContent.getPublicKeyData().getOctets()))
                    .toArray();
            Extensions extensions = new Extensions(new Extension[] {
                // What openssl req -x509 writes as well; OpenVPN asks for the first one.
                new Extension(
                        Extension.basicConstraints,
                        true,
                        new DEROctetString(new BasicConstraints(true).getEncoded(ASN1Encoding.DER))),
                new Extension(
                        Extension.subjectKeyIdentifier,
                        false,
                        new DEROctetString(new SubjectKeyIdentifier(keyId).getEncoded(ASN1Encoding.DER)))
            });
            return sign(
                    network,
                    X500Name.getInstance(name.der().toArray()),
                    keyContent,
                    Optional.of(extensions),
                    caKey,
                    validity);
        } catch (IOException e) {
            throw new IllegalStateException("cannot encode the CA's certificate", e);
        }
    }

    /** From when until when a certificate is valid. */
    public record Validity(long beginUnixSeconds, long endUnixSeconds) {}

    /**
     * The same certificate with another end. It begins when the old one did, so that it is good for nodes whose clock is late,
     * and for every certificate that the CA ever signed.
     */
    public static CertificateAuthority renew(CertificateAuthority old, CaKey caKey, long endUnixSeconds) {
        Certificate certificate = old.certificate();
        TBSCertificate content = org.bouncycastle.asn1.x509.Certificate.getInstance(
                        certificate.der().toArray())
                .getTBSCertificate();
        return sign(
                old.network(),
                content.getSubject(),
                content.getSubjectPublicKeyInfo(),
                Optional.ofNullable(content.getExtensions()),
                caKey,
                new Validity(certificate.notBefore().getEpochSecond(), endUnixSeconds));
    }

    private static CertificateAuthority sign(
            Network network,
            X500Name name,
            SubjectPublicKeyInfo key,
            Optional<Extensions> extensions,
            CaKey caKey,
            Validity validity) {
        ASN1Integer serial = new ASN1Integer(network.serial());
        Time begin = CertificateIssuer.time(validity.beginUnixSeconds());
        Time end = CertificateIssuer.time(validity.endUnixSeconds());
        TBSCertificate content;
        if (extensions.isPresent()) {
            V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
            generator.setSerialNumber(serial);
            generator.setIssuer(name);
            generator.setSubject(name);
            generator.setStartDate(begin);
            generator.setEndDate(end);
            generator.setSignature(CertificateIssuer.SHA512_RSA);
            generator.setSubjectPublicKeyInfo(key);
            generator.setExtensions(extensions.get());
            content = generator.generateTBSCertificate();
        } else {
            V1TBSCertificateGenerator generator = new V1TBSCertificateGenerator();
            generator.setSerialNumber(serial);
            generator.setIssuer(name);
            generator.setSubject(name);
            generator.setStartDate(begin);
            generator.setEndDate(end);
            generator.setSignature(CertificateIssuer.SHA512_RSA);
            generator.setSubjectPublicKeyInfo(key);
            content = generator.generateTBSCertificate();
        }
        return CertificateAuthority.ofPem(Pem.encode(Pem.CERTIFICATE, CertificateIssuer.signed(content, caKey)))
                .orElseThrow(() -> new IllegalStateException("the key is not that of the CA"));
    }
}
