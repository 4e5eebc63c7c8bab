package io.agentanalytics.intake;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/** Decompression of bodies, up to a limit: a few kilobytes of gzip can hold gigabytes. */
enum ContentCoding {
    IDENTITY,
    GZIP,
    DEFLATE;

    /**
     * @param name value of {@code Content-Encoding} or {@code grpc-encoding}
     * @throws Refusal if the coding is not supported
     */
    static ContentCoding named(@Nullable String name) throws Refusal {
        return switch (name == null ? "" : name.strip().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> IDENTITY;
            case "gzip", "x-gzip" -> GZIP;
            case "deflate" -> DEFLATE;
            default ->
                    throw new Refusal(
                            415,
                            "unsupported_encoding",
                            "The encoding '%s' is not supported; send gzip, deflate or none."
                                    .formatted(Refusal.shortened(name)));
        };
    }

    /**
     * Decompresses a part of an array.
     *
     * @param maxBytes limit of the result
     * @throws Refusal if the data are broken, or larger than the limit
     */
    byte[] decode(byte[] bytes, int from, int to, int maxBytes) throws Refusal {
        byte[] decoded;
        if (this == IDENTITY) {
            decoded = from == 0 && to == bytes.length ? bytes : Arrays.copyOfRange(bytes, from, to);
        } else {
            try (InputStream in = stream(bytes, from, to)) {
                decoded = in.readNBytes(maxBytes + 1);
            } catch (IOException e) {
                throw new Refusal(
                        400,
                        "broken_encoding",
                        "The body is not valid %s; compress it, or send it without the header that"
                                        .formatted(name().toLowerCase(Locale.ROOT))
                                + " says so.");
            }
        }
        if (decoded.length > maxBytes) {
            throw Refusal.tooLarge(maxBytes);
        }
        return decoded;
    }

    private InputStream stream(byte[] bytes, int from, int to) throws IOException {
        InputStream in = new ByteArrayInputStream(bytes, from, to - from);
        if (this == GZIP) {
            return new GZIPInputStream(in, 8192);
        }
        // Some clients send deflate without the zlib header that HTTP requires.
        boolean hasHeader =
                to - from >= 2
                        && (bytes[from] & 0x0f) == 8
                        && ((bytes[from] & 0xff) << 8 | (bytes[from + 1] & 0xff)) % 31 == 0;
        return new EndingInflaterStream(in, new Inflater(!hasHeader));
    }

    /** Frees the native memory of its inflater, which the superclass leaves to its creator. */
    private static final class EndingInflaterStream extends InflaterInputStream {
        EndingInflaterStream(InputStream in, Inflater inflater) {
            super(in, inflater, 8192);
        }

        @Override
        public void close() throws IOException {
            super.close();
            inf.end();
        }
    }
}
