package io.agentanalytics.intake.delivery;

import io.agentanalytics.sources.Outgoing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Batch as it is stored in a segment: length and CRC32C (4 bytes each, of the payload), then the
 * payload, which is the time of the append and the records.
 *
 * @param appendMillis time of the append, epoch milliseconds
 */
record Frame(long appendMillis, List<Outgoing> records) {
    static final int HEADER_BYTES = 8;

    /** Smallest payload: the time and the number of records. */
    private static final int MIN_BYTES = 12;

    /** Number of bits of a time, which reach until the year 2109. */
    private static final int TIME_BITS = 42;

    /** Returns the bytes of this frame, ready to be written. */
    ByteBuffer encode() {
        var bytes = new ByteArrayOutputStream(1024);
        try (var out = new DataOutputStream(bytes)) {
            out.writeLong(0); // the header, filled in below
            out.writeLong(appendMillis);
            out.writeInt(records.size());
            for (Outgoing record : records) {
                write(out, record);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ByteBuffer frame = ByteBuffer.wrap(bytes.toByteArray());
        int payload = frame.limit() - HEADER_BYTES;
        return frame.putInt(0, payload).putInt(4, crc(frame.slice(HEADER_BYTES, payload)));
    }

    private static void write(DataOutputStream out, Outgoing record) throws IOException {
        text(out, record.topic());
        text(out, record.key());
        bytes(out, record.value());
        out.writeInt(record.headers().size());
        for (Map.Entry<String, String> header : record.headers().entrySet()) {
            text(out, header.getKey());
            text(out, header.getValue());
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        bytes(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** Returns true if a frame may begin at an offset; only its checksum proves that. */
    static boolean maybe(ByteBuffer bytes, int at) {
        int left = bytes.limit() - at - HEADER_BYTES;
        int length = left < MIN_BYTES ? 0 : bytes.getInt(at);
        return length >= MIN_BYTES
                && length <= left
                && bytes.getLong(at + HEADER_BYTES) >>> TIME_BITS == 0;
    }

    static int crc(ByteBuffer payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload);
        return (int) crc.getValue();
    }

    /** Reads the payload of a frame whose checksum is correct. */
    static Frame decode(byte[] payload) throws IOException {
        var in = new DataInputStream(new ByteArrayInputStream(payload));
        long appendMillis = in.readLong();
        int count = in.readInt();
        List<Outgoing> records = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            records.add(new Outgoing(text(in), text(in), bytes(in), headers(in)));
        }
        return new Frame(appendMillis, records);
    }

    private static Map<String, String> headers(DataInputStream in) throws IOException {
        int count = in.readInt();
        Map<String, String> headers = new HashMap<>();
        for (int i = 0; i < count; i++) {
            headers.put(text(in), text(in));
        }
        return headers;
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt());
    }
}
