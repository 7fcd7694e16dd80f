package net.re6st.config;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import net.re6st.net.Bytes;

/** The compression of the network parameters on their way from the registry. */
public final class Zlib {
    private static final int CHUNK = 16_384;

    private Zlib() {}

    public static Bytes deflate(Bytes plain) {
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(plain.toArray());
            deflater.finish();
            // Most texts need this buffer once; what can't be compressed becomes slightly longer.
            byte[] chunk = new byte[plain.size() + 64];
            ByteArrayOutputStream out = new ByteArrayOutputStream(chunk.length);
            while (!deflater.finished()) {
                out.write(chunk, 0, deflater.deflate(chunk));
            }
            return Bytes.copyOf(out.toByteArray());
        } finally {
            deflater.end();
        }
    }

    /** Empty if {@code compressed} is damaged, incomplete, or more than {@code max} bytes when inflated. */
    public static Optional<Bytes> inflate(Bytes compressed, int max) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(compressed.toArray());
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] chunk = new byte[CHUNK];
            while (!inflater.finished()) {
                int size = inflater.inflate(chunk);
                if (size == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
                    return Optional.empty();
                }
                out.write(chunk, 0, size);
                if (out.size() > max) {
                    return Optional.empty();
                }
            }
            return Optional.of(Bytes.copyOf(out.toByteArray()));
        } catch (DataFormatException e) {
            return Optional.empty();
        } finally {
            inflater.end();
        }
    }
}
