package net.re6st.node;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.re6st.cli.UsageError;
import org.apache.commons.jexl3.JexlBuilder;
import org.apache.commons.jexl3.JexlException;
import org.apache.commons.jexl3.JexlFeatures;
import org.apache.commons.jexl3.MapContext;
import org.apache.commons.jexl3.introspection.JexlPermissions;
import org.jspecify.annotations.Nullable;

/**
 * {@code --test}: the exit status that an expression over the options gives; a true one is 1, as scripts expect that were
 * written for the original. Names are the options', with {@code _} for {@code -}.
 */
final class OptionTest {
    private static final int MAX_LENGTH = 1_000;

    /** Quoted text, which is left as it is, or a word of Python's that JEXL writes otherwise. */
    private static final Pattern WORD =
            Pattern.compile("'[^']*'|\"[^\"]*\"|\\bis\\s+not\\b|\\bnot\\s+in\\b|\\b(?:is|in|None|True|False)\\b");

    private static final Map<String, String> JEXL = Map.of(
            "is not", "!=", "not in", "!~", "is", "==", "in", "=~", "None", "null", "True", "true", "False", "false");

    private OptionTest() {}

    static int status(String expression, NodeOptions options) throws UsageError {
        try {
            if (expression.length() > MAX_LENGTH) {
                throw new UsageError("--test: longer than " + MAX_LENGTH + " characters");
            }
            Object value = new JexlBuilder()
                    .features(JexlFeatures.createNone().structuredLiteral(true))
                    .permissions(JexlPermissions.RESTRICTED)
                    .strict(true)
                    .silent(false)
                    .create()
                    .createExpression(translate(expression))
                    .evaluate(new MapContext(values(options)));
            return status(value);
        } catch (JexlException e) {
            String message = String.valueOf(e.getMessage());
            throw new UsageError("--test " + expression + ": " + message.substring(message.indexOf(' ') + 1));
        }
    }

    /** What Python's {@code sys.exit} makes of it. */
    private static int status(@Nullable Object value) {
        if (value instanceof Boolean truth) {
            return truth ? 1 : 0;
        } else if (value instanceof Number number) {
            return number.intValue() & 0xff;
        }
        return value == null ? 0 : 1;
    }

    private static String translate(String python) {
        return WORD.matcher(python)
                .replaceAll(match -> Matcher.quoteReplacement(
                        JEXL.getOrDefault(match.group().replaceAll("\\s+", " "), match.group())));
    }

    private static Map<String, @Nullable Object> values(NodeOptions options) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("ip", options.ip());
        List<String> registries = options.registries();
        // A text unless there are several: the expressions of those who have one go on working.
        values.put("registry", registries.size() == 1 ? registries.get(0) : registries);
        values.put("log", options.log().toString());
        values.put("run", options.run().toString());
        values.put("state", options.state().toString());
        values.put("verbose", options.verbose());
        values.put("iface_list", options.interfaces());
        values.put("interface", options.interfaces());
        values.put("main_interface", options.mainInterface());
        values.put("multicast", options.multicast());
        values.put("up", options.up());
        values.put("daemon", options.daemon());
        values.put("country", options.country());
        values.put("babel_args", options.babelArguments());
        values.put("table", options.table());
        values.put("gateway", options.gateway());
        values.put("openvpn_args", options.allOpenvpnArguments());
        values.put("ovpnlog", options.ovpnlog());
        values.put("ca", options.ca().toString());
        values.put("cert", options.cert().toString());
        values.put("key", options.key().toString());
        values.put("client_count", options.clientCount());
        values.put("max_clients", options.maxClients());
        values.put("remote_gateway", options.remoteGateway());
        values.put("gw_list", options.remoteGateway());
        values.put("disable_proto", options.disableProto());
        values.put("client", options.client());
        values.put("neighbour", options.neighbour());
        return values;
    }
}
