package net.re6st.config;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads one JSON text as Python does: NaN, Infinity and -Infinity are numbers, the last of members with the same name
 * counts. Strings that no UTF-8 text can hold are not valid.
 */
final class JsonReader {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_NUMBER_LENGTH = 400;

    private final String text;
    private int position;

    JsonReader(String text) {
        this.text = text;
    }

    /** What stops reading; never leaves this class. */
    private static final class NotJson extends Exception {
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    Optional<Value> read() {
        try {
            Value value = value(0);
            skipSpace();
            return position == text.length() ? Optional.of(value) : Optional.empty();
        } catch (NotJson e) {
            return Optional.empty();
        }
    }

    private Value value(int depth) throws NotJson {
        if (depth > MAX_DEPTH) {
            throw new NotJson();
        }
        skipSpace();
        char c = peek();
        if (c == '{') {
            return members(depth);
        } else if (c == '[') {
            return items(depth);
        } else if (c == '"') {
            return new Value.Text(string());
        }
        return word();
    }

    private Value members(int depth) throws NotJson {
        Map<String, Value> members = new LinkedHashMap<>();
        position++;
        skipSpace();
        if (!skip('}')) {
            do {
                skipSpace();
                if (peek() != '"') {
                    throw new NotJson();
                }
                String name = string();
                skipSpace();
                expect(':');
                members.put(name, value(depth + 1));
                skipSpace();
            } while (skip(','));
            expect('}');
        }
        return new Value.Members(members);
    }

    private Value items(int depth) throws NotJson {
        List<Value> items = new ArrayList<>();
        position++;
        skipSpace();
        if (!skip(']')) {
            do {
                items.add(value(depth + 1));
                skipSpace();
            } while (skip(','));
            expect(']');
        }
        return new Value.Items(items);
    }

    private String string() throws NotJson {
        StringBuilder string = new StringBuilder();
        position++;
        for (char c = next(); c != '"'; c = next()) {
            if (c < ' ') {
                throw new NotJson();
            }
            string.append(c == '\\' ? escaped() : c);
        }
        for (int i = 0; i < string.length(); i++) {
            if (Character.isSurrogate(string.charAt(i))) {
                if (i + 1 == string.length() || !Character.isSurrogatePair(string.charAt(i), string.charAt(i + 1))) {
                    throw new NotJson();
                }
                i++;
            }
        }
        return string.toString();
    }

    private char escaped() throws NotJson {
        char c = next();
        if (c == 'u') {
            int code = 0;
            for (int i = 0; i < 4; i++) {
                char digit = next();
                int value = digit < 128 ? Character.digit(digit, 16) : -1;
                if (value < 0) {
                    throw new NotJson();
                }
                code = code << 4 | value;
            }
            return (char) code;
        }
        int index = "\"\\/nrtbf".indexOf(c);
        if (index < 0) {
            throw new NotJson();
        }
        return "\"\\/\n\r\t\b\f".charAt(index);
    }

    private Value word() throws NotJson {
        int start = position;
        while (position < text.length() && isWordPart(text.charAt(position))) {
            position++;
        }
        String word = text.substring(start, position);
        switch (word) {
            case "null":
                return new Value.Null();
            case "true":
                return Value.of(true);
            case "false":
                return Value.of(false);
            case "NaN":
                return new Value.Real(Double.NaN);
            case "Infinity":
                return new Value.Real(Double.POSITIVE_INFINITY);
            case "-Infinity":
                return new Value.Real(Double.NEGATIVE_INFINITY);
            default:
                return number(word);
        }
    }

    private static Value number(String word) throws NotJson {
        if (word.length() > MAX_NUMBER_LENGTH) {
            throw new NotJson();
        }
        int i = word.startsWith("-") ? 1 : 0;
        int digits = digits(word, i);
        if (digits == 0 || (digits > 1 && word.charAt(i) == '0')) {
            throw new NotJson();
        }
        i += digits;
        if (i == word.length()) {
            return new Value.Whole(new BigInteger(word));
        }
        if (word.charAt(i) == '.') {
            digits = digits(word, i + 1);
            i += 1 + digits;
        }
        if (digits > 0 && i < word.length() && (word.charAt(i) == 'e' || word.charAt(i) == 'E')) {
            i++;
            i += i < word.length() && (word.charAt(i) == '+' || word.charAt(i) == '-') ? 1 : 0;
            digits = digits(word, i);
            i += digits;
        }
        if (digits == 0 || i < word.length()) {
            throw new NotJson();
        }
        return new Value.Real(Double.parseDouble(word));
    }

    private static int digits(String word, int start) {
        int i = start;
        while (i < word.length() && word.charAt(i) >= '0' && word.charAt(i) <= '9') {
            i++;
        }
        return i - start;
    }

    private static boolean isWordPart(char c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || c == '-'
                || c == '+'
                || c == '.';
    }

    private void skipSpace() {
        while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
            position++;
        }
    }

    private boolean skip(char c) {
        boolean found = position < text.length() && text.charAt(position) == c;
        position += found ? 1 : 0;
        return found;
    }

    private void expect(char c) throws NotJson {
        if (!skip(c)) {
            throw new NotJson();
        }
    }

    private char peek() throws NotJson {
        if (position == text.length()) {
            throw new NotJson();
        }
        return text.charAt(position);
    }

    private char next() throws NotJson {
        char c = peek();
        position++;
        return c;
    }
}
