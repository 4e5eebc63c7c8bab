package io.agentanalytics.local.transcripts;

import java.io.IOException;
import java.io.InputStream;

/** Stream that ends at the end of each line; {@link #next} advances to the next line. */
final class LineStream extends InputStream {
    private static final int BUFFER = 1 << 16;
    private final InputStream file;
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int end;
    private boolean lineEnded = true;

    LineStream(InputStream file) {
        this.file = file;
    }

    /** Skips the rest of the line; returns false at the end of the file. */
    boolean next() throws IOException {
        byte[] rest = new byte[BUFFER];
        while (!lineEnded) {
            if (read(rest, 0, rest.length) < 0) {
                break;
            }
        }
        lineEnded = false;
        return at < end || fill();
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, file.read(buffer, 0, buffer.length));
        return end > 0;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (lineEnded || (at == end && !fill())) {
            lineEnded = true;
            return -1;
        }
        int count = 0;
        while (count < length && at < end) {
            byte next = buffer[at++];
            if (next == '\n') {
                lineEnded = true;
                return count == 0 ? -1 : count;
            }
            into[offset + count++] = next;
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
