package io.agentanalytics.job.model;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads and writes texts of records as their length and UTF-8 bytes. Most texts repeat, such as
 * agents and models: reading returns the object that was read before, which takes no further memory
 * and has its hash code already. A direct-mapped cache, bounded; not thread-safe.
 */
public final class SharedTexts {
    private static final int BITS = 13;
    private static final int GOLDEN_RATIO = 0x9E3779B9;

    /** Longer texts are not kept: they are messages, which do not repeat. */
    private static final int MAX_SHARED_BYTES = 128;

    private final byte[][] keys = new byte[1 << BITS][];
    private final String[] texts = new String[1 << BITS];
    private byte[] buffer = new byte[256];

    public static void write(String text, DataOutput out) throws IOException {
        if (text.isEmpty()) {
            out.writeByte(0);
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Varint.write(out, bytes.length);
        out.write(bytes);
    }

    /** Reads a text that may repeat. */
    public String read(DataInput in) throws IOException {
        int length = fill(in);
        if (length == 0) {
            return "";
        }
        if (length > MAX_SHARED_BYTES) {
            return new String(buffer, 0, length, StandardCharsets.UTF_8);
        }
        int slot = slot(length);
        byte[] key = keys[slot];
        if (key == null || !Arrays.equals(key, 0, key.length, buffer, 0, length)) {
            keys[slot] = Arrays.copyOf(buffer, length);
            texts[slot] = new String(buffer, 0, length, StandardCharsets.UTF_8);
        }
        return texts[slot];
    }

    /** Reads a text that is unique, such as an event id. */
    public String readUnique(DataInput in) throws IOException {
        int length = fill(in);
        return length == 0 ? "" : new String(buffer, 0, length, StandardCharsets.UTF_8);
    }

    private int fill(DataInput in) throws IOException {
        int length = (int) Varint.read(in);
        if (length > buffer.length) {
            buffer = new byte[Math.max(length, 2 * buffer.length)];
        }
        in.readFully(buffer, 0, length);
        return length;
    }

    private int slot(int length) {
        int hash = 1;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + buffer[i];
        }
        return (hash * GOLDEN_RATIO) >>> (Integer.SIZE - BITS);
    }
}
