package net.re6st.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes country databases in MaxMind's format (version 2.0), as small as tests need them. */
public final class TinyGeoDatabase {
    private static final int RECORD_BYTES = 3;
    private static final int SEPARATOR = 16;

    /** Children of each node of the search tree; a country's index is negative, minus one; null: unknown. */
    private final List<Integer[]> tree = new ArrayList<>(List.of(new Integer[][] {{null, null}}));

    private final List<String> countries = new ArrayList<>();

    /** A block of IPv4 addresses is in a country: {@code block("203.0.113", 24, "FR")}, bytes with bits. */
    public TinyGeoDatabase block(String bytes, int length, String country) {
        countries.add(country);
        StringBuilder bits = new StringBuilder("0".repeat(96));
        for (String part : bytes.split("\\.")) {
            bits.append(Integer.toBinaryString(256 + Integer.parseInt(part)).substring(1));
        }
        int node = 0;
        for (int i = 0; i < 96 + length - 1; i++) {
            Integer next = tree.get(node)[bits.charAt(i) - '0'];
            if (next == null) {
                next = tree.size();
                tree.add(new Integer[] {null, null});
                tree.get(node)[bits.charAt(i) - '0'] = next;
            }
            node = next;
        }
        tree.get(node)[bits.charAt(96 + length - 1) - '0'] = -countries.size();
        return this;
    }

    public Path write(Path file) throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        int[] offsets = new int[countries.size()];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = data.size();
            map(data, 1);
            text(data, "country");
            map(data, 1);
            text(data, "iso_code");
            text(data, countries.get(i));
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Integer[] children : tree) {
            for (Integer child : children) {
                int unknown = tree.size();
                number(
                        all,
                        child == null ? unknown : child >= 0 ? child : unknown + SEPARATOR + offsets[-child - 1],
                        RECORD_BYTES);
            }
        }
        all.writeBytes(new byte[SEPARATOR]);
        all.writeBytes(data.toByteArray());
        metadata(all);
        return Files.write(file, all.toByteArray());
    }

    private void metadata(ByteArrayOutputStream out) {
        out.writeBytes(new byte[] {(byte) 0xab, (byte) 0xcd, (byte) 0xef});
        out.writeBytes("MaxMind.com".getBytes(StandardCharsets.US_ASCII));
        Map<String, Integer> numbers = Map.of(
                "node_count", tree.size(),
                "record_size", 8 * RECORD_BYTES,
                "ip_version", 6,
                "binary_format_major_version", 2,
                "binary_format_minor_version", 0);
        map(out, numbers.size() + 4);
        numbers.forEach((name, value) -> {
            text(out, name);
            // Unsigned, of 32 bits or 16.
            int bytes = name.equals("node_count") ? 4 : 2;
            out.write((bytes == 4 ? 6 : 5) << 5 | bytes);
            number(out, value, bytes);
        });
        text(out, "database_type");
        text(out, "Test-Country");
        text(out, "languages");
        // An extended type: an empty array.
        out.write(0);
        out.write(11 - 7);
        text(out, "build_epoch");
        // Unsigned, 64 bits.
        out.write(8);
        out.write(9 - 7);
        number(out, 0, 4);
        number(out, 1_800_000_000, 4);
        text(out, "description");
        map(out, 0);
    }

    private static void map(ByteArrayOutputStream out, int size) {
        out.write(7 << 5 | size);
    }

    private static void text(ByteArrayOutputStream out, String text) {
        out.write(2 << 5 | text.length());
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void number(ByteArrayOutputStream out, int value, int bytes) {
        for (int i = bytes - 1; i >= 0; i--) {
            out.write(value >>> (8 * i));
        }
    }
}
