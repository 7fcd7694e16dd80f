package net.re6st.crypto;

import com.google.gson.JsonObject;
import java.time.Instant;
import net.re6st.net.Moment;
import net.re6st.testing.Vectors;

/** Recorded certificates and keys that the tests share. */
public final class Certificates {
    private static final JsonObject FILE = Vectors.json("files.json");

    private Certificates() {}

    public static CertificateAuthority authority() {
        return CertificateAuthority.ofPem(FILE.getAsJsonObject("ca").get("pem").getAsString())
                .orElseThrow();
    }

    public static RsaPrivateKey authorityKey() {
        return RsaPrivateKey.ofPem(FILE.getAsJsonObject("ca").get("key").getAsString())
                .orElseThrow();
    }

    static String nodePem() {
        return node().get("cert").getAsString();
    }

    static String nodeKeyPem() {
        return node().get("key").getAsString();
    }

    public static Credentials credentials() {
        return Credentials.ofPem(nodePem(), nodeKeyPem()).orElseThrow();
    }

    static Moment at(Instant time) {
        return new Moment(0, time.getEpochSecond() * 1_000_000);
    }

    private static JsonObject node() {
        return FILE.getAsJsonObject("cache").getAsJsonObject("node");
    }
}
