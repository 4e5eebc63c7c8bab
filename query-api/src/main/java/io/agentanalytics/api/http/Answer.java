package io.agentanalytics.api.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.concurrent.LazyInit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Serialized response: JSON, compressed at most once. */
final class Answer {
    private final byte[] json;
    private final String etag;
    @LazyInit private byte @Nullable [] gzip;

    private Answer(byte[] json) {
        this.json = json;
        CRC32C crc = new CRC32C();
        crc.update(json);
        this.etag =
                "W/\"%s-%x\"".formatted(HexFormat.of().toHexDigits(crc.getValue()), json.length);
    }

    static Answer of(Object view) {
        return new Answer(ApiJson.bytes(view));
    }

    byte[] json() {
        return json;
    }

    byte[] staleJson(String reason, long ageSeconds) {
        ObjectNode tree = ApiJson.object(json);
        tree.putObject("stale").put("reason", reason).put("age_seconds", ageSeconds);
        return ApiJson.bytes(tree);
    }

    /** Weak ETag: the compressed form is the same response. */
    String etag() {
        return etag;
    }

    byte[] gzip() {
        byte[] done = gzip;
        if (done == null) {
            ByteArrayOutputStream out = new ByteArrayOutputStream(json.length / 4);
            try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
                zip.write(json);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            done = out.toByteArray();
            gzip = done;
        }
        return done;
    }

    /** Approximate size in memory, in bytes. */
    int weight() {
        return json.length + json.length / 4 + 200;
    }
}
