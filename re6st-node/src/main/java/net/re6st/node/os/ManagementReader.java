package net.re6st.node.os;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.re6st.node.os.ManagementEvent.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of OpenVPN's management socket into events. Pure and total: what can't be understood is an event too
 * ({@link ManagementEvent.Invalid}), and lines and environments have a limit.
 */
final class ManagementReader {
    private static final int MAX_LINE_BYTES = 16_384;
    private static final int MAX_VARIABLES = 1_000;
    private static final String CLIENT_ENV = ">CLIENT:ENV,";
    private static final String UPDOWN_ENV = ">UPDOWN:ENV,";

    private final byte[] line = new byte[MAX_LINE_BYTES];
    private int length;
    private boolean tooLong;

    /** The event whose environment is being read; its environment is complete when it is handed out. */
    private @Nullable Pending pending;

    private record Pending(@Nullable Kind kind, boolean up, long client, long key, Map<String, String> environment) {
        ManagementEvent complete() {
            return kind == null
                    ? new ManagementEvent.UpDown(up, environment)
                    : new ManagementEvent.Client(kind, client, key, environment);
        }
    }

    /** Consumes all of {@code input}. */
    List<ManagementEvent> read(ByteBuffer input) {
        List<ManagementEvent> events = new ArrayList<>();
        while (input.hasRemaining()) {
            byte b = input.get();
            if (b == '\n') {
                endLine(events);
            } else if (length < MAX_LINE_BYTES) {
                line[length++] = b;
            } else {
                tooLong = true;
            }
        }
        return events;
    }

    private void endLine(List<ManagementEvent> events) {
        if (tooLong) {
            events.add(new ManagementEvent.Invalid("line of more than " + MAX_LINE_BYTES + " bytes"));
        } else {
            int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
            parse(new String(line, 0, end, StandardCharsets.UTF_8), events);
        }
        length = 0;
        tooLong = false;
    }

    private void parse(String text, List<ManagementEvent> events) {
        if (text.startsWith(CLIENT_ENV)) {
            environment(text.substring(CLIENT_ENV.length()), events);
        } else if (text.startsWith(UPDOWN_ENV)) {
            environment(text.substring(UPDOWN_ENV.length()), events);
        } else if (text.startsWith(">")) {
            notification(text, events);
        } else if (text.startsWith("SUCCESS:")) {
            events.add(new ManagementEvent.Reply(true, text.substring(8).strip()));
        } else if (text.startsWith("ERROR:")) {
            events.add(new ManagementEvent.Reply(false, text.substring(6).strip()));
        } else if (text.startsWith("CLIENT_LIST\t")) {
            listed(text, events);
        } else if (text.equals("END")) {
            events.add(new ManagementEvent.ListEnd());
        }
        // Everything else: other lines of status, which nobody asks for.
    }

    private void notification(String text, List<ManagementEvent> events) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            events.add(new ManagementEvent.Invalid(text));
            return;
        }
        String[] fields = text.substring(colon + 1).split(",", -1);
        switch (text.substring(1, colon)) {
            case "HOLD" -> events.add(new ManagementEvent.Hold());
            case "STATE" -> {
                if (fields.length < 3) {
                    events.add(new ManagementEvent.Invalid(text));
                } else {
                    events.add(new ManagementEvent.State(fields[1], fields[2]));
                }
            }
            case "FATAL" -> events.add(new ManagementEvent.Fatal(text.substring(colon + 1)));
            case "CLIENT" -> client(text, fields, events);
            case "UPDOWN" -> pending = new Pending(null, fields[0].equals("UP"), -1, -1, new TreeMap<>());
            default -> {
                // INFO, NOTIFY, LOG and what later versions add.
            }
        }
    }

    private void client(String text, String[] fields, List<ManagementEvent> events) {
        Kind kind = kind(fields[0]);
        if (kind == null) {
            // ADDRESS, CR_RESPONSE and what later versions add.
            return;
        }
        boolean hasKey = kind == Kind.CONNECT || kind == Kind.REAUTH;
        long client = fields.length > 1 ? number(fields[1]) : -1;
        long key = hasKey && fields.length > 2 ? number(fields[2]) : -1;
        if (client < 0 || (hasKey && key < 0)) {
            events.add(new ManagementEvent.Invalid(text));
        } else {
            pending = new Pending(kind, false, client, key, new TreeMap<>());
        }
    }

    private void environment(String assignment, List<ManagementEvent> events) {
        if (pending == null) {
            return;
        }
        if (assignment.equals("END")) {
            events.add(pending.complete());
            pending = null;
            return;
        }
        int equals = assignment.indexOf('=');
        if (equals > 0 && pending.environment().size() < MAX_VARIABLES) {
            pending.environment().put(assignment.substring(0, equals), assignment.substring(equals + 1));
        }
    }

    /** Tab-separated: CLIENT_LIST, common name, real address, ..., the tenth field after the first is the client's number. */
    private static void listed(String text, List<ManagementEvent> events) {
        String[] fields = text.split("\t", -1);
        long client = fields.length > 10 ? number(fields[10]) : -1;
        if (client < 0) {
            events.add(new ManagementEvent.Invalid(text));
        } else {
            events.add(new ManagementEvent.Listed(fields[1], fields[2], client));
        }
    }

    private static @Nullable Kind kind(String name) {
        for (Kind kind : Kind.values()) {
            if (kind.name().equals(name)) {
                return kind;
            }
        }
        return null;
    }

    /** A number of up to 18 digits, or -1. */
    private static long number(String text) {
        if (text.isEmpty() || text.length() > 18) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
