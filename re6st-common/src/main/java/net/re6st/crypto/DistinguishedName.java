package net.re6st.crypto;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import net.re6st.net.Bytes;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;

/**
 * The subject or issuer of a certificate: attributes in order, each with its value exactly as it was encoded. Names are those
 * of OpenSSL ({@code O}, {@code emailAddress}); an attribute without one goes by its dotted number.
 */
public final class DistinguishedName {
    public static final DistinguishedName EMPTY = new DistinguishedName(new X500Name(new RDN[0]));

    private final X500Name name;

    private DistinguishedName(X500Name name) {
        this.name = name;
    }

    /** One attribute as text. */
    public record Attribute(String name, String value) {}

    static DistinguishedName of(X500Name name) {
        return new DistinguishedName(name);
    }

    /** Reads the DER form; empty if it is malformed. */
    public static Optional<DistinguishedName> ofDer(Bytes der) {
        if (!Der.isSingleElement(der)) {
            return Optional.empty();
        }
        try {
            DistinguishedName read =
                    new DistinguishedName(X500Name.getInstance(ASN1Primitive.fromByteArray(der.toArray())));
            read.attributes();
            return Optional.of(read);
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    public List<Attribute> attributes() {
        List<Attribute> attributes = new ArrayList<>();
        for (RDN rdn : name.getRDNs()) {
            for (AttributeTypeAndValue one : rdn.getTypesAndValues()) {
                attributes.add(new Attribute(AttributeType.nameOf(one.getType()), text(one.getValue())));
            }
        }
        return attributes;
    }

    private static String text(ASN1Encodable value) {
        return value.toASN1Primitive() instanceof ASN1String string ? string.getString() : value.toString();
    }

    /**
     * The value of the attribute with this short name, if there is exactly one. Programs differ in which of several they
     * take, so none of them is trusted.
     */
    public Optional<String> single(String shortName) {
        List<String> values = new ArrayList<>();
        for (Attribute attribute : attributes()) {
            if (attribute.name.equals(shortName)) {
                values.add(attribute.value);
            }
        }
        return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }

    /** Without every attribute that has one of these short names. */
    public DistinguishedName without(Collection<String> shortNames) {
        List<RDN> kept = new ArrayList<>();
        for (RDN rdn : name.getRDNs()) {
            List<AttributeTypeAndValue> values = new ArrayList<>();
            for (AttributeTypeAndValue one : rdn.getTypesAndValues()) {
                if (!shortNames.contains(AttributeType.nameOf(one.getType()))) {
                    values.add(one);
                }
            }
            if (!values.isEmpty()) {
                kept.add(new RDN(values.toArray(new AttributeTypeAndValue[0])));
            }
        }
        return new DistinguishedName(new X500Name(kept.toArray(new RDN[0])));
    }

    /** With one attribute more, at the end; empty if the name is unknown or the value not possible for it. */
    public Optional<DistinguishedName> plus(String shortOrLongName, String value) {
        Optional<AttributeType> type = AttributeType.named(shortOrLongName);
        return type.flatMap(found -> found.encode(value)).map(encoded -> {
            List<RDN> all = new ArrayList<>(List.of(name.getRDNs()));
            all.add(new RDN(type.get().identifier(), encoded));
            return new DistinguishedName(new X500Name(all.toArray(new RDN[0])));
        });
    }

    /** The short name of an attribute known by its short or long OpenSSL name. */
    public static Optional<String> shortName(String shortOrLongName) {
        return AttributeType.named(shortOrLongName).map(AttributeType::shortName);
    }

    public Bytes der() {
        try {
            return Bytes.copyOf(name.getEncoded(ASN1Encoding.DER));
        } catch (IOException e) {
            throw new IllegalStateException("a name that was read can be written", e);
        }
    }

    X500Name x500() {
        return name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DistinguishedName that && der().equals(that.der());
    }

    @Override
    public int hashCode() {
        return der().hashCode();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Attribute attribute : attributes()) {
            text.append(text.length() == 0 ? "" : ", ")
                    .append(attribute.name)
                    .append('=')
                    .append(attribute.value);
        }
        return text.toString();
    }
}
