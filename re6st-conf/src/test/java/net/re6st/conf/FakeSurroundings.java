package net.re6st.conf;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import net.re6st.cli.Failure;
import net.re6st.crypto.CertificateAuthority;
import net.re6st.crypto.Credentials;
import net.re6st.crypto.RsaPrivateKey;
import net.re6st.net.Bytes;
import net.re6st.net.Moment;
import net.re6st.rpc.RegistryAnswer;
import net.re6st.rpc.RegistryApi;

/** Surroundings that a test prepares; it records what was asked. */
class FakeSurroundings implements Surroundings {
    final List<List<String>> calls = new ArrayList<>();
    final Deque<String> answers = new ArrayDeque<>();
    final List<String> said = new ArrayList<>();
    RegistryAnswer authority = new RegistryAnswer.Failed("not prepared");
    RegistryAnswer token = new RegistryAnswer.Result(Bytes.EMPTY);
    RegistryAnswer certificate = new RegistryAnswer.Failed("not prepared");
    RegistryAnswer dh = new RegistryAnswer.Failed("500");
    RsaPrivateKey key;
    int generatedBits;
    String route = "";
    Moment now = new Moment(0, 1_795_400_000_000_000L);

    static RegistryAnswer result(String text) {
        return new RegistryAnswer.Result(Bytes.ofLatin1(text));
    }

    @Override
    public RegistryAnswer call(RegistryApi method, String... arguments) {
        List<String> call = new ArrayList<>(List.of(arguments));
        call.add(0, method.methodName());
        calls.add(call);
        switch (method) {
            case GET_CA:
                return authority;
            case REQUEST_TOKEN:
                return token;
            case REQUEST_CERTIFICATE:
                return certificate;
            default:
                throw new AssertionError("unexpected call: " + method);
        }
    }

    @Override
    public RegistryAnswer callAs(CertificateAuthority ca, Credentials own, RegistryApi method, String... arguments) {
        calls.add(List.of(method.methodName(), arguments[0]));
        return dh;
    }

    @Override
    public RsaPrivateKey generateKey(int bits) {
        generatedBits = bits;
        return key;
    }

    @Override
    public String ask(String question) throws Failure {
        if (answers.isEmpty()) {
            throw new Failure("end of input, no answer to: " + question);
        }
        return answers.remove();
    }

    @Override
    public String routeTo(String ip) {
        calls.add(List.of("ip", ip));
        return route;
    }

    @Override
    public void say(String text) {
        said.add(text);
    }

    @Override
    public void warn(String text) {
        said.add("warning: " + text);
    }

    @Override
    public Moment now() {
        return now;
    }
}
