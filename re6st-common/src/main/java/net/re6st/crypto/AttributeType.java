package net.re6st.crypto;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERUTF8String;

/**
 * A kind of attribute of a distinguished name: its OpenSSL names, and how and within which limits OpenSSL encodes its value.
 *
 * @param shortName what OpenSSL shows; also what the original uses
 */
record AttributeType(String oid, String shortName, String longName, Text text, int maxChars) {
    enum Text {
        UTF8,
        PRINTABLE,
        IA5
    }

    private static final int UNBOUNDED = 32768;
    private static final Map<String, AttributeType> BY_NAME = new HashMap<>();
    private static final Map<String, AttributeType> BY_OID = new HashMap<>();

    static {
        add("2.5.4.3", "CN", "commonName", Text.UTF8, 64);
        add("2.5.4.4", "SN", "surname", Text.UTF8, 40);
        add("2.5.4.5", "serialNumber", "serialNumber", Text.PRINTABLE, 64);
        add("2.5.4.6", "C", "countryName", Text.PRINTABLE, 2);
        add("2.5.4.7", "L", "localityName", Text.UTF8, 128);
        add("2.5.4.8", "ST", "stateOrProvinceName", Text.UTF8, 128);
        add("2.5.4.9", "street", "streetAddress", Text.UTF8, UNBOUNDED);
        add("2.5.4.10", "O", "organizationName", Text.UTF8, 64);
        add("2.5.4.11", "OU", "organizationalUnitName", Text.UTF8, 64);
        add("2.5.4.12", "title", "title", Text.UTF8, 64);
        add("2.5.4.13", "description", "description", Text.UTF8, UNBOUNDED);
        add("2.5.4.15", "businessCategory", "businessCategory", Text.UTF8, UNBOUNDED);
        add("2.5.4.16", "postalAddress", "postalAddress", Text.UTF8, UNBOUNDED);
        add("2.5.4.17", "postalCode", "postalCode", Text.UTF8, UNBOUNDED);
        add("2.5.4.18", "postOfficeBox", "postOfficeBox", Text.UTF8, UNBOUNDED);
        add("2.5.4.20", "telephoneNumber", "telephoneNumber", Text.UTF8, UNBOUNDED);
        add("2.5.4.41", "name", "name", Text.UTF8, UNBOUNDED);
        add("2.5.4.42", "GN", "givenName", Text.UTF8, UNBOUNDED);
        add("2.5.4.43", "initials", "initials", Text.UTF8, UNBOUNDED);
        add("2.5.4.44", "generationQualifier", "generationQualifier", Text.UTF8, UNBOUNDED);
        add("2.5.4.45", "x500UniqueIdentifier", "x500UniqueIdentifier", Text.UTF8, UNBOUNDED);
        add("2.5.4.46", "dnQualifier", "dnQualifier", Text.PRINTABLE, UNBOUNDED);
        add("2.5.4.51", "houseIdentifier", "houseIdentifier", Text.UTF8, UNBOUNDED);
        add("2.5.4.65", "pseudonym", "pseudonym", Text.UTF8, UNBOUNDED);
        add("2.5.4.72", "role", "role", Text.UTF8, UNBOUNDED);
        add("2.5.4.97", "organizationIdentifier", "organizationIdentifier", Text.UTF8, UNBOUNDED);
        add("1.2.840.113549.1.9.1", "emailAddress", "emailAddress", Text.IA5, 128);
        add("1.2.840.113549.1.9.2", "unstructuredName", "unstructuredName", Text.UTF8, UNBOUNDED);
        add("1.2.840.113549.1.9.8", "unstructuredAddress", "unstructuredAddress", Text.UTF8, UNBOUNDED);
        add("0.9.2342.19200300.100.1.1", "UID", "userId", Text.UTF8, UNBOUNDED);
        add("0.9.2342.19200300.100.1.3", "mail", "rfc822Mailbox", Text.IA5, 256);
        add("0.9.2342.19200300.100.1.25", "DC", "domainComponent", Text.IA5, UNBOUNDED);
        add("1.3.6.1.4.1.311.60.2.1.1", "jurisdictionL", "jurisdictionLocalityName", Text.UTF8, UNBOUNDED);
        add("1.3.6.1.4.1.311.60.2.1.2", "jurisdictionST", "jurisdictionStateOrProvinceName", Text.UTF8, UNBOUNDED);
        add("1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC", "jurisdictionCountryName", Text.PRINTABLE, 2);
    }

    private static void add(String oid, String shortName, String longName, Text text, int maxChars) {
        AttributeType type = new AttributeType(oid, shortName, longName, text, maxChars);
        BY_OID.put(oid, type);
        BY_NAME.put(shortName, type);
        BY_NAME.put(longName, type);
    }

    /** By short or long name, exactly as written. */
    static Optional<AttributeType> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** The short name of an attribute, or its dotted number if it has none here. */
    static String nameOf(ASN1ObjectIdentifier oid) {
        AttributeType type = BY_OID.get(oid.getId());
        return type == null ? oid.getId() : type.shortName;
    }

    ASN1ObjectIdentifier identifier() {
        return new ASN1ObjectIdentifier(oid);
    }

    /** The encoding of {@code value}; empty if this attribute can't have it. */
    Optional<ASN1Encodable> encode(String value) {
        int length = value.codePointCount(0, value.length());
        boolean exact = text == Text.PRINTABLE && maxChars == 2;
        if (length == 0 || length > maxChars || (exact && length != maxChars)) {
            return Optional.empty();
        }
        switch (text) {
            case PRINTABLE:
                return DERPrintableString.isPrintableString(value)
                        ? Optional.of(new DERPrintableString(value))
                        : Optional.empty();
            case IA5:
                return DERIA5String.isIA5String(value) ? Optional.of(new DERIA5String(value)) : Optional.empty();
            default:
                return Optional.of(new DERUTF8String(value));
        }
    }
}
