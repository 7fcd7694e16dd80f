package net.re6st.sim;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import net.re6st.core.port.Identity;
import net.re6st.core.port.PeerCertificate;
import net.re6st.crypto.Certificate;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.CertificateRequest;
import net.re6st.crypto.DistinguishedName;
import net.re6st.crypto.Hash;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.net.Network;
import net.re6st.net.Prefix;
import net.re6st.registry.port.CaKey;
import net.re6st.wire.PackedInteger;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V1TBSCertificateGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The certificate authority of the simulated network. Certificates have their real form and come from the production
 * registry, but all nodes share a key, and a signature is a digest that only the simulator believes.
 */
final class SimAuthority implements CaKey {
    private static final int KEY_BITS = 1024;
    private static final Duration LIFETIME = Duration.ofDays(20 * 365);
    private static final AlgorithmIdentifier SHA512_RSA =
            new AlgorithmIdentifier(PKCSObjectIdentifiers.sha512WithRSAEncryption, DERNull.INSTANCE);

    private final RsaPrivateKey key;
    private final CertificateAuthority authority;
    private final CertificateRequest request;
    private final Map<Bytes, PeerCertificate> issued = new HashMap<>();

    SimAuthority(Network network, SecureRandom secure, Moment now) {
        key = RsaPrivateKey.generate(KEY_BITS, secure);
        authority = CertificateAuthority.of(
                        Certificate.ofDer(selfSigned(network, key, now)).orElseThrow())
                .orElseThrow();
        request = CertificateRequest.create(DistinguishedName.EMPTY, key);
    }

    private static Bytes selfSigned(Network network, RsaPrivateKey key, Moment now) {
        X500Name name = new X500Name("CN=simulated");
        BigInteger serial = network.serial();
        V1TBSCertificateGenerator generator = new V1TBSCertificateGenerator();
        generator.setSerialNumber(new ASN1Integer(serial));
        generator.setIssuer(name);
        generator.setSubject(name);
        generator.setStartDate(new Time(Date.from(now.wall().minus(Duration.ofDays(30)))));
        generator.setEndDate(new Time(Date.from(now.wall().plus(LIFETIME))));
        generator.setSignature(SHA512_RSA);
        generator.setSubjectPublicKeyInfo(
                SubjectPublicKeyInfo.getInstance(key.publicKey().getEncoded()));
        try {
            TBSCertificate content = generator.generateTBSCertificate();
            Bytes signature = key.sign(Bytes.copyOf(content.getEncoded(ASN1Encoding.DER)));
            ASN1EncodableVector certificate = new ASN1EncodableVector();
            certificate.add(content);
            certificate.add(SHA512_RSA);
            certificate.add(new DERBitString(signature.toArray()));
            return Bytes.copyOf(new DERSequence(certificate).getEncoded(ASN1Encoding.DER));
        } catch (IOException e) {
            throw new IllegalStateException("cannot encode a certificate", e);
        }
    }

    CertificateAuthority authority() {
        return authority;
    }

    /** The request for a certificate that every node makes. */
    CertificateRequest request() {
        return request;
    }

    Optional<Bytes> decrypt(Bytes sealed) {
        return key.decrypt(sealed);
    }

    /** Takes a certificate that the registry issued as one of the network. */
    Identity register(String pem) {
        Certificate certificate = Certificate.ofPem(pem).orElseThrow();
        Prefix prefix = certificate.prefix().orElseThrow();
        long end = certificate.notAfter().toEpochMilli() * 1000;
        PeerCertificate facts =
                new PeerCertificate(prefix, certificate.serial(), end, certificate.fingerprint(), certificate.der());
        issued.put(certificate.der(), facts);
        return new Identity(
                prefix,
                facts.serial(),
                facts.der(),
                facts.fingerprint(),
                end,
                authority.certificate().notAfter().toEpochMilli() * 1000);
    }

    /** What is in a certificate; null if it is none of ours. */
    @Nullable
    PeerCertificate read(Bytes der) {
        return issued.get(der);
    }

    @Override
    public Bytes sign(Bytes data) {
        return signature(data, KEY_BITS / Byte.SIZE);
    }

    static Bytes signature(Bytes data, int size) {
        byte[] digest = Hash.SHA_256.of(data).toArray();
        byte[] repeated = new byte[size];
        for (int i = 0; i < size; i++) {
            repeated[i] = digest[i % digest.length];
        }
        return Bytes.copyOf(repeated);
    }

    /** Whether a network version is signed. */
    boolean isSigned(Bytes version) {
        int size = version.size() - KEY_BITS / Byte.SIZE;
        return size > 0 && version.from(size).equals(sign(version.slice(0, size)));
    }

    static long number(Bytes version) {
        return PackedInteger.decode(version, 0)
                .map(PackedInteger.Decoded::value)
                .orElse(0L);
    }
}
