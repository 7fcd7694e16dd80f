package net.re6st.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import net.re6st.net.Bytes;
import net.re6st.testing.Seeds;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void separatesAsTheOriginalDoes() {
        String text = "{\"b\": [1, \"a\", null, [2.5]], \"a\": {\"y\": true, \"x\": -0.0}, \"e\": [], \"f\": {}}";
        Value value = Json.parse(text.replace(" ", "")).orElseThrow();
        assertThat(Json.write(value)).isEqualTo(text);
        assertThat(Json.writeSorted(value))
                .isEqualTo("{\"a\": {\"x\": -0.0, \"y\": true}, \"b\": [1, \"a\", null, [2.5]], \"e\": [], \"f\": {}}");
        assertThatThrownBy(() -> Json.write(Value.of(Bytes.EMPTY))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void escapesEverythingButAscii() {
        String text = "\"h\\u00e9\\u20ac \\ud83d\\ude00 \\\"\\\\/\\n\\r\\t\\b\\f\\u0000\\u001f\u007f\\u0080\"";
        Value value = Json.parse(text).orElseThrow();
        assertThat(value).isEqualTo(Value.of("h\u00e9\u20ac \ud83d\ude00 \"\\/\n\r\t\b\f\0\u001f\u007f\u0080"));
        assertThat(Json.write(value)).isEqualTo(text);
        assertThat(Json.parse("\"\\/\\u0041\"")).contains(Value.of("/A"));
    }

    @Test
    void printsNumbersAsPythonDoes() {
        Map<Double, String> expected = new LinkedHashMap<>();
        expected.put(1.0, "1.0");
        expected.put(0.1, "0.1");
        expected.put(-2.5, "-2.5");
        expected.put(1795337421.6507921, "1795337421.6507921");
        expected.put(2.2250738585072014E-308, "2.2250738585072014e-308");
        expected.put(Double.MIN_VALUE, "5e-324");
        expected.put(1e15, "1000000000000000.0");
        expected.put(1e16, "1e+16");
        expected.put(1.5e16, "1.5e+16");
        expected.put(123456789012345680.0, "1.2345678901234568e+17");
        expected.put(0.0001, "0.0001");
        expected.put(0.00001, "1e-05");
        expected.put(-1.5e-7, "-1.5e-07");
        expected.put(2e-3, "0.002");
        expected.put(1e100, "1e+100");
        expected.put(2.0E-3, "0.002");
        expected.put(Double.NaN, "NaN");
        expected.put(Double.NEGATIVE_INFINITY, "-Infinity");
        expected.forEach((number, text) -> assertThat(Json.number(number)).isEqualTo(text));
    }

    @Test
    void readsWhatPythonReads() {
        assertThat(Json.parse(" [ NaN , -Infinity,1E5,1e-2,-0,0.5 ] ").map(Json::write))
                .contains("[NaN, -Infinity, 100000.0, 0.01, 0, 0.5]");
        assertThat(Json.parse("{\"a\":1,\"b\":2,\"a\":3}").map(Json::write)).contains("{\"a\": 3, \"b\": 2}");
        assertThat(Json.parse("123456789012345678901234567890").map(Json::write))
                .contains("123456789012345678901234567890");
    }

    @Test
    void refusesWhatIsNotJson() {
        for (String text : new String[] {
            "",
            " ",
            "{",
            "[",
            "[1",
            "[1,]",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "'a'",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "1e+",
            "+1",
            "- 1",
            "tru",
            "True",
            "nan",
            "[1]x",
            "\"",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"\\u12\"",
            "\"\n\"",
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"",
            "1 2",
            "[1 2]",
            "// c\n1",
            "\ufeff1",
            "1".repeat(401),
            "[".repeat(40) + "]".repeat(40),
            "--1",
            "1.5.5",
            "1e5e5",
            "0x1",
            "\"\\u\u0661234\""
        }) {
            assertThat(Json.parse(text)).as(text).isEmpty();
        }
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        Seeds.forEach(10_000, (seed, random) -> {
            Value value = value(random, 0);
            assertThat(Json.parse(Json.write(value))).contains(value);
            assertThat(Json.parse(Json.writeSorted(value))).contains(value);
        });
    }

    @Test
    void anyTextIsReadOrRefused() {
        String alphabet = "{}[]\",:0123456789.eE+-truefalsn \\u\n\ud800\udc00é";
        Seeds.forEach(20_000, (seed, random) -> {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "" : Json.write(value(random, 0)));
            for (int i = random.nextInt(8); i >= 0; i--) {
                int at = random.nextInt(text.length() + 1);
                text.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Json.parse(text.toString()).ifPresent(value -> assertThat(Json.parse(Json.write(value)))
                    .contains(value));
        });
    }

    private static Value value(RandomGenerator random, int depth) {
        switch (random.nextInt(depth > 3 ? 6 : 8)) {
            case 0:
                return new Value.Null();
            case 1:
                return Value.of(random.nextBoolean());
            case 2:
                return Value.of(random.nextLong());
            case 3:
                double number = Double.longBitsToDouble(random.nextLong());
                return new Value.Real(Double.isNaN(number) ? random.nextDouble() : number);
            case 4:
            case 5:
                return Value.of(text(random));
            case 6:
                List<Value> items = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    items.add(value(random, depth + 1));
                }
                return Value.of(items);
            default:
                Map<String, Value> members = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    members.put(text(random), value(random, depth + 1));
                }
                return new Value.Members(members);
        }
    }

    private static String text(RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            int c = random.nextInt(3) == 0 ? random.nextInt(0x110000) : random.nextInt(128);
            text.appendCodePoint(c >= 0xd800 && c < 0xe000 ? 'x' : c);
        }
        return text.toString();
    }
}
