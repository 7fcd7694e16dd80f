package net.re6st.registry.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import net.re6st.registry.TlsIdentity;
import net.re6st.registry.web.RunningRegistry.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A certificate in the browser is a login of its own, without any password. */
class CertificateLoginTest {
    @TempDir
    private static Path directory;

    private static RunningRegistry registry;
    private static int port;
    private static TlsIdentity server;
    private static TlsIdentity admin;
    private static TlsIdentity stranger;

    @BeforeAll
    static void start() throws Exception {
        server = TlsIdentity.create("server", "RSA");
        admin = TlsIdentity.create("Alice", "EC");
        stranger = TlsIdentity.create("Alice", "EC");
        server.write(directory);
        Files.writeString(directory.resolve("admins.crt"), TlsIdentity.pem(admin.certificate()));
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        registry = RunningRegistry.start(
                directory,
                false,
                "--tls-cert=tls.crt",
                "--tls-key=tls.key",
                "--tls-client-ca=admins.crt",
                "--tls-port=" + port);
    }

    @AfterAll
    static void end() {
        registry.close();
    }

    private static Answer send(
            Optional<TlsIdentity> client, String method, String target, String cookie, String origin, String body)
            throws Exception {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Host", "127.0.0.1:" + port);
        if (!origin.isEmpty()) {
            headers.put("Origin", origin);
            headers.put("Content-Type", "application/x-www-form-urlencoded");
        }
        if (!cookie.isEmpty()) {
            headers.put("Cookie", cookie);
        }
        try (Socket socket = server.trustedBy(client).getSocketFactory().createSocket("127.0.0.1", port)) {
            return RunningRegistry.send(socket, method, target, headers, body);
        }
    }

    private static Answer get(Optional<TlsIdentity> client, String target, String cookie) throws Exception {
        return send(client, "GET", target, cookie, "", "");
    }

    private static Answer post(Optional<TlsIdentity> client, String target, String cookie, String body)
            throws Exception {
        return send(client, "POST", target, cookie, "https://127.0.0.1:" + port, body);
    }

    private static String logIn() throws Exception {
        Answer page = get(Optional.of(admin), "/admin/login", "");
        assertThat(page.body()).contains("CN=Alice").doesNotContain("type=\"password\"");
        Answer answer = post(Optional.of(admin), "/admin/log-in", "", "form=" + page.formToken());
        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.header("set-cookie")).contains("HttpOnly", "SameSite=Strict", "Secure");
        return answer.header("set-cookie").split(";", 2)[0];
    }

    @Test
    void letsTheOwnerOfACertificateInAndNamesHimInTheAuditLog() throws Exception {
        String cookie = logIn();
        Answer tokens = get(Optional.of(admin), "/admin/tokens", cookie);
        assertThat(tokens.status()).isEqualTo(200);
        assertThat(post(
                                Optional.of(admin),
                                "/admin/add-token",
                                cookie,
                                "form=" + tokens.formToken() + "&email=new%40example.org")
                        .status())
                .isEqualTo(303);
        assertThat(get(Optional.of(admin), "/admin/audit", cookie).body())
                .contains("new@example.org")
                .contains("CN=Alice");
    }

    @Test
    void theCookieIsWorthNothingWithoutTheCertificate() throws Exception {
        String cookie = logIn();
        assertThat(get(Optional.empty(), "/admin/tokens", cookie).status()).isEqualTo(303);
        assertThat(registry.get("/admin/tokens", "Cookie", cookie).status()).isEqualTo(303);
        assertThat(get(Optional.of(admin), "/admin/tokens", cookie).status()).isEqualTo(200);
    }

    @Test
    void nobodyElseGetsIn() throws Exception {
        Answer page = get(Optional.empty(), "/admin/login", "");
        assertThat(page.body()).contains("--tls-client-ca").doesNotContain("action=\"log-in\"");
        String form = "form=" + get(Optional.of(admin), "/admin/login", "").formToken();
        assertThat(post(Optional.empty(), "/admin/log-in", "", form).status()).isEqualTo(403);
        assertThat(post(Optional.empty(), "/admin/log-in", "", form + "&password=")
                        .status())
                .isEqualTo(403);
        assertThat(registry.post("/admin/log-in", registry.own(), form).status())
                .isEqualTo(403);
        // With the certificate, but by a form of another page, or from one.
        assertThat(post(Optional.of(admin), "/admin/log-in", "", "").status()).isEqualTo(403);
        assertThat(send(Optional.of(admin), "POST", "/admin/log-in", "", "https://evil.example", form)
                        .status())
                .isEqualTo(403);
        assertThat(get(Optional.of(admin), "/admin/log-in?" + form, "").status())
                .isEqualTo(405);
        assertThat(strangerIsLetIn()).isFalse();
    }

    /** Somebody who made himself a certificate with the same name. */
    private static boolean strangerIsLetIn() throws Exception {
        try {
            Answer page = get(Optional.of(stranger), "/admin/login", "");
            return page.body().contains("CN=Alice");
        } catch (IOException e) {
            return false;
        }
    }
}
