package net.re6st.registry.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import net.re6st.net.Bytes;

/** The files that our pages need, from the program's own resources. */
enum Asset {
    STYLE("site.css", "text/css; charset=utf-8"),
    ICON("icon.svg", "image/svg+xml"),
    D3("d3.js", "text/javascript; charset=utf-8"),
    PICTURE("network.js", "text/javascript; charset=utf-8");

    private final String fileName;
    private final String type;

    Asset(String fileName, String type) {
        this.fileName = fileName;
        this.type = type;
    }

    static Optional<Asset> named(String name) {
        return Arrays.stream(values())
                .filter(asset -> asset.fileName.equals(name))
                .findFirst();
    }

    String fileName() {
        return fileName;
    }

    PageResponse response() {
        try (InputStream in = Asset.class.getResourceAsStream(fileName)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks " + fileName);
            }
            Bytes content = Bytes.copyOf(in.readAllBytes());
            String tag = '"' + Digests.sha256(content.toLatin1()).toHex().substring(0, 16) + '"';
            return PageResponse.asset(type, content).with("ETag", tag);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
