package io.agentanalytics.job.model;

import io.agentanalytics.contract.TokenKind;
import io.agentanalytics.contract.TokenUsage;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Zigzag varints: small numbers of either sign take one byte. */
public final class Varint {
    private Varint() {}

    public static void write(DataOutput out, long value) throws IOException {
        long v = (value << 1) ^ (value >> 63);
        while ((v & ~0x7FL) != 0) {
            out.writeByte((int) ((v & 0x7F) | 0x80));
            v >>>= 7;
        }
        out.writeByte((int) v);
    }

    /** Writes the counts in the order of the kinds. */
    public static void write(DataOutput out, TokenUsage tokens) throws IOException {
        for (TokenKind kind : TokenKind.all()) {
            write(out, tokens.get(kind));
        }
    }

    public static TokenUsage readTokens(DataInput in) throws IOException {
        return new TokenUsage(read(in), read(in), read(in), read(in), read(in));
    }

    public static long read(DataInput in) throws IOException {
        long v = 0;
        int shift = 0;
        byte b;
        do {
            b = in.readByte();
            v |= (long) (b & 0x7F) << shift;
            shift += 7;
        } while (b < 0);
        return (v >>> 1) ^ -(v & 1);
    }
}
